/**
 * Test failovers: each VM of a runbook is brought up a second time at the other site, cut off from the first one.
 *
 * Its newest copy is read as for a recovery (a replica is there already), memory and vCPUs are taken on the host the placement
 * policy chooses, and its boot takes the product's time. At the end of the test all of it is given back. The copies do no work and
 * use no CPU. Noted are the RTO from the start of the drill (nobody has to declare it) and the RPO at the moment a copy
 * was taken. What a drill did not bring up by its end counts as not recovered.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { PHASE } from "../phases.ts";
import * as V from "../vms.ts";
import type { Backups } from "./backups.ts";
import type { Incident, Incidents } from "./incidents.ts";
import type { Protection } from "./protection.ts";
import type { Replication } from "./replication.ts";
import type { Execution } from "./runbooks.ts";
import type { Port, Transfers } from "./transfers.ts";
import type { Turn, Turns } from "./turns.ts";

interface Twin {
  readonly vm: number;
  readonly site: number;
  readonly execution: Execution;
  readonly incident: Incident;
  turns: Turns | null;
  turn: Turn | null;
  transfer: number;
  host: number;
  boot: number;
}

export class Drills {
  readonly #kernel: Kernel;
  readonly #protection: Protection;
  readonly #transfers: Transfers;
  readonly #backups: Backups;
  readonly #replication: Replication;
  readonly #incidents: Incidents;
  readonly #sitePorts: readonly Port[];
  readonly #kind: number;
  readonly #over: (v: number) => void;
  readonly #twins = new Map<number, Twin>();

  constructor(
    kernel: Kernel,
    protection: Protection,
    transfers: Transfers,
    backups: Backups,
    replication: Replication,
    incidents: Incidents,
    sitePorts: readonly Port[],
    kind: number,
    over: (v: number) => void,
  ) {
    this.#kernel = kernel;
    this.#protection = protection;
    this.#transfers = transfers;
    this.#backups = backups;
    this.#replication = replication;
    this.#incidents = incidents;
    this.#sitePorts = sitePorts;
    this.#kind = kind;
    this.#over = over;
    kernel.on(kind, (v, number) => this.#booted(v, number));
  }

  /** Brings up a twin of VM `v` at `site`. False when there is nothing to bring up: the VM does not run elsewhere, or has no copy. */
  begin(v: number, site: number, execution: Execution): boolean {
    const protection = this.#protection;
    const { vms } = protection.dc;
    if (vms.state[v] !== V.RUNNING_VM || protection.siteOfVm(v) === site || this.#twins.has(v)) return false;
    const { now } = this.#kernel;
    const ran = protection.ran(v, now);
    const backup = this.#backups.newest(v, Number.POSITIVE_INFINITY);
    const replica = this.#replication.newest(v, site);
    const incident = this.#incidents.begin(v, `test of ${execution.runbook.name}`, true, execution.startSeconds, ran);
    incident.begunSeconds = now;
    const twin: Twin = { vm: v, site, execution, incident, turns: null, turn: null, transfer: -1, host: -1, boot: -1 };
    const take = (source: "replica" | "backup", copy: string, at: number, then: number): void => {
      Object.assign(incident, { source, copy, pointSeconds: Math.min(at, now), lostSeconds: ran - then, lostMiB: protection.changed(v, then, ran) });
    };
    if (replica !== null && (backup === null || replica.ran >= backup.point.ran)) {
      take("replica", replica.entry.spec.name, replica.at, replica.ran);
      this.#twins.set(v, twin);
      return this.#start(twin);
    }
    if (backup === null) {
      this.#incidents.close(incident, "stopped", now);
      return false;
    }
    const { point, chain, job } = backup;
    take("backup", job.spec.name, point.at, point.ran);
    this.#twins.set(v, twin);
    const { mib } = chain.restore(point);
    twin.turns = job.repository.turns;
    const turn = job.repository.turns.ask(Math.min(protection.targets(v).rtoSeconds, 1e300), (own) => {
      twin.turn = own;
      twin.transfer = this.#transfers.send(job.repository.port, this.#sitePorts[site], mib, () => {
        twin.transfer = -1;
        incident.readMiB = mib;
        this.#giveTurnBack(twin);
        this.#start(twin);
      });
    });
    if (turn.state === "waiting") twin.turn = turn;
    return true;
  }

  /** The test is over: everything is given back. */
  end(execution: Execution): void {
    for (const twin of [...this.#twins.values()]) if (twin.execution === execution) this.#drop(twin);
  }

  /** The site is lost, and the twins there with it. */
  siteLost(site: number): void {
    for (const twin of [...this.#twins.values()]) if (twin.site === site) this.#drop(twin);
  }

  #start(twin: Twin): boolean {
    const { vm, site, incident } = twin;
    const { dc, siteOf } = this.#protection;
    incident.dataSeconds = this.#kernel.now;
    twin.host = dc.placing.choosePlace(vm, (h) => siteOf[h] === site, true);
    if (twin.host < 0) {
      this.#drop(twin);
      return false;
    }
    dc.seats.reserve(vm, twin.host, 1);
    const { hypervisor } = dc.hosts.classes[dc.hosts.classOf[twin.host]];
    const seconds = hypervisor.bootSeconds[dc.vms.classes[dc.vms.classOf[vm]].guestOs];
    twin.boot = this.#kernel.schedule(this.#kernel.now + seconds, PHASE.completion, this.#kind, vm, twin.execution.number);
    return true;
  }

  #booted(v: number, number: number): void {
    const twin = this.#twins.get(v);
    if (twin === undefined || twin.execution.number !== number) return;
    twin.boot = -1;
    this.#incidents.close(twin.incident, "running", this.#kernel.now);
    this.#over(v);
  }

  #drop(twin: Twin): void {
    const { vm, incident } = twin;
    this.#twins.delete(vm);
    if (twin.transfer >= 0) this.#transfers.cancel(twin.transfer);
    this.#giveTurnBack(twin);
    if (twin.boot >= 0) this.#kernel.cancel(twin.boot);
    if (twin.host >= 0) {
      const { seats, waiting } = this.#protection.dc;
      seats.reserve(vm, twin.host, -1);
      waiting.retry();
    }
    if (incident.end === "") this.#incidents.close(incident, "stopped", this.#kernel.now);
    this.#over(vm);
  }

  #giveTurnBack(twin: Twin): void {
    const { turn, turns } = twin;
    twin.turn = null;
    if (turn !== null && turns !== null) turns.done(turn);
  }
}
