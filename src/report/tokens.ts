/**
 * Every colour of the look, by name, in both themes. One concept has one colour everywhere; nothing else may use it.
 *
 * Bounds that `test/report/tokens.test.ts` recomputes: text holds 4.5 against the page (WCAG contrast), marks hold 3.0,
 * and each text on a fill holds 4.5. Idle, starting and off are quiet on purpose and always carry an edge or a pattern.
 */

export interface Palette {
  readonly paper: string;
  readonly sunk: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly rule: string;
  readonly grid: string;
  readonly night: string;
  readonly guest: string;
  readonly trap: string;
  readonly paging: string;
  readonly io: string;
  readonly sched: string;
  readonly migration: string;
  readonly control: string;
  readonly hostos: string;
  readonly cooling: string;
  readonly loss: string;
  readonly idle: string;
  readonly idleedge: string;
  readonly off: string;
  readonly offedge: string;
  readonly boot: string;
  readonly maint: string;
  readonly failed: string;
  readonly bettertext: string;
  readonly worsetext: string;
  readonly failtext: string;
  /** Text on the fills guest, trap, sched, migration; `onDark` on io, control, failed; `onLight` on paging, hostos, cooling, idle. */
  readonly on: string;
  readonly onDark: string;
  readonly onLight: string;
  readonly onIdle: string;
  /** Share of CPU in use in seven steps; more load is further from the page. */
  readonly load0: string;
  readonly load1: string;
  readonly load2: string;
  readonly load3: string;
  readonly load4: string;
  readonly load5: string;
  readonly load6: string;
  /** Ends of the difference scale: always beside a sign or a word. */
  readonly better: string;
  readonly worse: string;
  /** Money by kind, the largest darkest. */
  readonly money0: string;
  readonly money1: string;
  readonly money2: string;
  readonly money3: string;
  readonly money4: string;
  /** By which means memory was found, the dearer the further from the page: sharing, balloon, compression, swap, refused. */
  readonly reclaim0: string;
  readonly reclaim1: string;
  readonly reclaim2: string;
  readonly reclaim3: string;
  readonly reclaim4: string;
}

export type Token = keyof Palette;
export type Theme = "light" | "dark";

const light: Palette = {
  paper: "#FBFAF7",
  sunk: "#F2F1EC",
  ink: "#1A1E23",
  ink2: "#4A525B",
  ink3: "#646D77",
  rule: "#D5D6D2",
  grid: "#E8E8E3",
  night: "#F3F2EE",
  guest: "#1D6CC2",
  trap: "#C24F2C",
  paging: "#C08500",
  io: "#582B86",
  sched: "#B22E61",
  migration: "#0D6D60",
  control: "#704B24",
  hostos: "#9B8D7A",
  cooling: "#279ABB",
  loss: "#7A818A",
  idle: "#C6CED6",
  idleedge: "#87929E",
  off: "#FBFAF7",
  offedge: "#B4B8B8",
  boot: "#93ABC6",
  maint: "#898FA5",
  failed: "#6F0322",
  bettertext: "#1C5FAB",
  worsetext: "#A8421F",
  failtext: "#8A0A2C",
  on: "#FFFFFF",
  onDark: "#FFFFFF",
  onLight: "#14171B",
  onIdle: "#1A1E23",
  load0: "#E0EFFA",
  load1: "#AFD0EC",
  load2: "#81B1DB",
  load3: "#5991C7",
  load4: "#3771AE",
  load5: "#1C5191",
  load6: "#09346E",
  better: "#558DCA",
  worse: "#D3773E",
  money0: "#325F34",
  money1: "#547C55",
  money2: "#789A78",
  money3: "#9CB99C",
  money4: "#C1D8C1",
  reclaim0: "#E8DEB9",
  reclaim1: "#E1B761",
  reclaim2: "#D4822B",
  reclaim3: "#B44723",
  reclaim4: "#791920",
};

const dark: Palette = {
  paper: "#14171B",
  sunk: "#101316",
  ink: "#ECEEF0",
  ink2: "#B9C0C8",
  ink3: "#929BA5",
  rule: "#3A4149",
  grid: "#272D34",
  night: "#181C21",
  guest: "#66A5F5",
  trap: "#EC7630",
  paging: "#EBC65C",
  io: "#8B5FB6",
  sched: "#F98FB3",
  migration: "#1FBFAE",
  control: "#92693C",
  hostos: "#B29D7A",
  cooling: "#7BD7EC",
  loss: "#747D8B",
  idle: "#3F4852",
  idleedge: "#6C7783",
  off: "#14171B",
  offedge: "#525B65",
  boot: "#5A7391",
  maint: "#666E85",
  failed: "#BE4D63",
  bettertext: "#7FB2F5",
  worsetext: "#F2935C",
  failtext: "#F0899A",
  on: "#14171B",
  onDark: "#FFFFFF",
  onLight: "#14171B",
  onIdle: "#ECEEF0",
  load0: "#1F2B42",
  load1: "#2F4668",
  load2: "#3E638F",
  load3: "#5183B4",
  load4: "#69A4D4",
  load5: "#88C5F1",
  load6: "#BCE4FE",
  better: "#5182C1",
  worse: "#C46B39",
  money0: "#8ED09C",
  money1: "#78B083",
  money2: "#62906B",
  money3: "#4D7254",
  money4: "#39553F",
  reclaim0: "#433D2B",
  reclaim1: "#755822",
  reclaim2: "#B26E27",
  reclaim3: "#E97C48",
  reclaim4: "#FEA0A0",
};

export const palettes: Readonly<Record<Theme, Palette>> = { light, dark };
