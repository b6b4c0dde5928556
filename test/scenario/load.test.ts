/** What a scenario file means: every entry, in base units, with the default where it is left out. */
import { describe, expect, it } from "vitest";
import { type Loaded, loadScenario } from "../../src/scenario/load.ts";
import { renderProblems } from "../../src/scenario/problems.ts";
import { catalogue } from "./catalogue.ts";

const load = (text: string, ...sets: string[]): Extract<Loaded, { ok: true }> => {
  const overrides = sets.map((set) => ({ path: set.slice(0, set.indexOf("=")), value: set.slice(set.indexOf("=") + 1) }));
  const loaded = loadScenario(text, "lagoon.yaml", catalogue, overrides);
  if (!loaded.ok) throw new Error(renderProblems(loaded.problems));
  return loaded;
};

const SMALL = `duration: 7 days
hosts:
  - {name: host, server: dell-r740-8280, hypervisor: kvm}
vms:
  - {name: web, size: medium, load: 30 %}
`;

describe("a scenario with only what is required", () => {
  const { scenario, marks, warnings } = load(SMALL);
  it("takes its name from the file and defaults for the rest", () => {
    expect(scenario).toMatchObject({
      name: "lagoon",
      about: "",
      seed: "1",
      start: "2026-01-05T00:00:00Z",
      durationSeconds: 604800,
      observeSeconds: 300,
      sites: [{ pue: 1, electricity: null, carbonGramsPerKwh: null }],
      placement: { policy: "first-fit", options: {}, module: null },
      admission: { vcpusPerCore: 4, memoryRatio: 1, whenFull: "reject", queueOrder: "fifo", maxWaitSeconds: null },
      events: [],
    });
    expect(warnings).toEqual([]);
  });
  it("has hosts as the catalogue says", () => {
    expect(scenario.hosts).toHaveLength(1);
    // SPECpower result of the machine: 2 x 28 cores of 2.7 GHz, 192 GiB, 49.8 W idle.
    expect(scenario.hosts[0]).toMatchObject({
      name: "host",
      count: 1,
      server: "dell-r740-8280",
      cores: 56,
      threadsPerCore: 2,
      smtGain: 1.25,
      coreMHz: 2700,
      memoryMiB: 192 * 1024,
      networkGbitPerSecond: 10,
      state: "on",
      pstates: [],
    });
    expect(scenario.hosts[0]?.power).toMatchObject({ model: "spec", offWatts: 5 });
    expect(scenario.hosts[0]?.hypervisor).toEqual(catalogue.hypervisor("kvm"));
  });
  it("has VMs with the documented defaults", () => {
    expect(scenario.vms).toEqual([
      {
        name: "web",
        count: 1,
        vcpus: 2,
        memoryMiB: 4096,
        guestOs: "linux",
        shares: 1,
        reservationMHz: 0,
        limitMHz: null,
        cpus: "shared",
        pool: null,
        owner: "unassigned",
        serviceClass: "standard",
        mix: { cpu: 0.8, memory: 0.2, oltp: 0 },
        io: { iops: 0, diskMiBPerSecond: null, gbitPerSecond: 0, readShare: 0.7, receivedShare: 0.5, waitShare: 0, network: null, passThrough: false },
        progress: "replay",
        memoryActivity: { dirtyMiBPerSecond: 40, workingSetShare: 0.2 },
        memory: {
          activeShare: 0.3,
          touchedShare: 1,
          reservationMiB: 0,
          limitMiB: null,
          shares: 1,
          equalWithin: 0.05,
          equalAcross: 0.15,
          balloon: true,
        },
        arrival: { atSeconds: 0, everySeconds: 0 },
        lifetimeSeconds: null,
        startup: "instant",
        host: null,
        onHostDown: "lost",
        maxFailures: null,
        checkpoint: null,
        data: { diskMiB: 40 * 1024, writesMiBPerSecond: 1, hotShare: 0.05 },
        workload: { kind: "constant", utilisation: 0.3, referenceMHz: 2400 },
      },
    ]);
  });
  it("marks what was given, what is a default and what comes from the catalogue", () => {
    expect(marks.get("durationSeconds")).toBe("given");
    expect(marks.get("observeSeconds")).toBe("default");
    expect(marks.get("hosts[0].coreMHz")).toBe("catalogue");
    expect(marks.get("hosts[0].hypervisor.cpuEfficiency")).toBe("catalogue");
    expect(marks.get("vms[0].vcpus")).toBe("catalogue");
    expect(marks.get("vms[0].workload.referenceMHz")).toBe("default");
  });
});

describe("every entry reaches the scenario in base units", () => {
  const { scenario, marks } = load(`name: Lagoon
about: Shows everything
seed: tern
start: 2027-01-11T08:30:00+01:00
duration: 2 days 12 h
observe: 1 min
site: {pue: 1.42, electricity: 0.15 EUR/kWh, carbon: 0.38 kg/kWh}
hosts:
  - name: heron
    count: 4
    cores: 16
    threadsPerCore: 2
    smtGain: 1.3
    speed: 2.6 GHz
    memory: 256 GiB
    power: {model: idle-epsilon, idle: 90 W, epsilon: 100, full: 0.3 kW, off: 4 W}
    pstates:
      - {speed: 1.2 GHz, power: {model: constant, draw: 120 W}}
      - {speed: 1.8 GHz, power: {model: square, idle: 85 W, full: 200 W}}
    hypervisor:
      product: kvm
      name: KVM with huge pages
      memoryEfficiency: 97 %
      cpuPerIo: 12 us
      coresPerGbit: 0.1
      ioChargedTo: vm
      schedulingSlope: 2 %
      reserveBase: 4 GiB
      reserveCap: 12 GiB
      overheadFree: 512 MiB
      maxVmsPerHost: 80
      bootLinux: 12 s
      clone: 1 min
      migration: {scheme: post-copy, maxRounds: none, downtimeTarget: 300 ms, maxRate: 1 GiB/s, bandwidthShare: 50 %}
    network: 25 Gbit/s
    switching: {boot: 3 min, bootPower: 210 W, bootFailure: 1 %, sleep: 9, wake: 20 s}
    state: off
    programs: {cores: 1.5, memory: 2 GiB}
vms:
  - name: orchid
    count: 10
    vcpus: 4
    memory: 16 GiB
    os: windows
    shares: high
    reservation: 1 GHz
    limit: 6 GHz
    owner: shop
    class: gold
    work: {cpu: 50 %, oltp: 50 %}
    io: {iops: 200, network: 100 Mbit/s}
    progress: work
    arrival: {at: 1 h, every: 5 min}
    lifetime: 1 day
    host: heron-3
    onHostDown: restart
    memoryActivity: {dirty: 100 MiB/s, workingSet: 30 %, active: 40 %, touched: 90 %, equalWithin: 1 %, equalAcross: 2 %}
    memoryAllocation: {reservation: 1 GiB, limit: 3 GiB, shares: high, balloon: false}
    load: {pieces: [{for: 10 min, cpu: 50 %}, {for: 20 min, cpu: 900 MHz}], repeat: 3, speed: 2 GHz}
  - name: job
    vcpus: 2
    memory: 1 GiB
    shares: 0.25
    work: database
    load: {tasks: [{work: 3600 GHz s, threads: 2, weight: 3, limit: 1 GHz, start: 1 min}], sequence: false}
placement: {policy: best-fit, headroom: 20}
admission: {vcpusPerCore: "6:1", memoryRatio: 1.2, whenFull: queue, queueOrder: skip, maxWait: 30 min}
events:
  - {at: 2 h, vm: job, do: suspend}
  - {at: 1 h, host: heron, do: on}
  - {at: 3 h, host: heron-1, do: speed, to: 50 %}
  - {at: 3 h, host: heron-2, do: pstate, to: 2}
  - {at: 4 h, vm: job, do: migrate, to: heron-4}
`);
  it("times, places and prices", () => {
    // 08:30 one hour east of Greenwich is 07:30 UTC; 2.5 days; 0.38 kg = 380 g.
    expect(scenario).toMatchObject({
      seed: "tern",
      start: "2027-01-11T07:30:00Z",
      durationSeconds: 216000,
      observeSeconds: 60,
      sites: [{ pue: 1.42, electricity: { perKwh: 0.15, currency: "EUR" }, carbonGramsPerKwh: 380 }],
    });
  });
  it("hosts, with P-states by falling speed", () => {
    const [host] = scenario.hosts;
    expect(host).toMatchObject({
      server: null,
      cores: 16,
      threadsPerCore: 2,
      smtGain: 1.3,
      coreMHz: 2600,
      memoryMiB: 262144,
      power: { model: "idle-epsilon", idleWatts: 90, epsilonWatts: 100, fullWatts: 300, offWatts: 4 },
      pstates: [
        { coreMHz: 1800, power: { model: "square", idleWatts: 85, fullWatts: 200, offWatts: 5 } },
        { coreMHz: 1200, power: { model: "constant", watts: 120, offWatts: 5 } },
      ],
      state: "off",
      hostPrograms: { cores: 1.5, memoryMiB: 2048 },
    });
  });
  it("a hypervisor with what was changed, and no estimate left among it", () => {
    const hypervisor = scenario.hosts[0]?.hypervisor;
    expect(hypervisor).toMatchObject({
      product: "kvm",
      name: "KVM with huge pages",
      cpuEfficiency: catalogue.hypervisor("kvm")?.cpuEfficiency,
      memoryEfficiency: 0.97,
      cpuMicrosecondsPerIo: 12,
      coresPerGbit: 0.1,
      schedulingSlope: 0.02,
      reserveBaseMiB: 4096,
      reserveCapMiB: 12288,
      overheadFreeGiB: 0.5,
      maxVmsPerHost: 80,
      bootSeconds: { linux: 12 },
      cloneSeconds: 60,
      migration: { scheme: "post-copy", maxRounds: null, downtimeTargetSeconds: 0.3, maxMiBPerSecond: 1024, bandwidthShare: 0.5 },
    });
    expect(scenario.hosts[0]).toMatchObject({
      networkGbitPerSecond: 25,
      transitions: {
        bootSeconds: 180,
        bootWatts: 210,
        shutdownSeconds: 60,
        shutdownWatts: null,
        bootFailureChance: 0.01,
        sleepWatts: 9,
        suspendSeconds: 5,
        wakeSeconds: 20,
      },
    });
    expect(hypervisor?.estimates).not.toContain("schedulingSlope");
    expect(hypervisor?.estimates).toContain("coStopPerVcpu");
    expect(marks.get("hosts[0].hypervisor.cpuMicrosecondsPerIo")).toBe("given");
  });
  it("VMs in the natural order of their names", () => {
    expect(scenario.vms.map((v) => v.name)).toEqual(["job", "orchid"]);
    expect(scenario.vms[1]).toMatchObject({
      count: 10,
      guestOs: "windows",
      shares: 2,
      reservationMHz: 1000,
      limitMHz: 6000,
      mix: { cpu: 0.5, memory: 0, oltp: 0.5 },
      io: { iops: 200, gbitPerSecond: 0.1 },
      arrival: { atSeconds: 3600, everySeconds: 300 },
      lifetimeSeconds: 86400,
      startup: "clone-and-boot",
      host: "heron-3",
      onHostDown: "restart",
      memoryActivity: { dirtyMiBPerSecond: 100, workingSetShare: 0.3 },
      memory: {
        activeShare: 0.4,
        touchedShare: 0.9,
        reservationMiB: 1024,
        limitMiB: 3072,
        shares: 2,
        equalWithin: 0.01,
        equalAcross: 0.02,
        balloon: false,
      },
      // 50 % of 4 vCPUs at 2 GHz is 4000 MHz.
      workload: {
        kind: "pieces",
        pieces: [
          { seconds: 600, mhz: 4000 },
          { seconds: 1200, mhz: 900 },
        ],
        repeat: 3,
      },
    });
    expect(scenario.vms[0]).toMatchObject({
      shares: 0.25,
      progress: "work",
      mix: { cpu: 0, memory: 0, oltp: 1 },
      workload: { kind: "tasks", sequence: false, tasks: [{ workMHzSeconds: 3_600_000, threads: 2, weight: 3, limitMHz: 1000, startSeconds: 60 }] },
    });
  });
  it("policy options, admission, and events by time with groups spelt out", () => {
    expect(scenario.placement).toEqual({ policy: "best-fit", options: { headroom: 20 }, module: null });
    expect(scenario.admission).toEqual({ vcpusPerCore: 6, memoryRatio: 1.2, whenFull: "queue", queueOrder: "skip", maxWaitSeconds: 1800 });
    expect(scenario.events).toEqual([
      ...[1, 2, 3, 4].map((i) => ({ atSeconds: 3600, host: `heron-${i}`, do: "on" })),
      { atSeconds: 7200, vm: "job", do: "suspend" },
      { atSeconds: 10800, host: "heron-1", do: "speed", factor: 0.5 },
      { atSeconds: 10800, host: "heron-2", do: "pstate", index: 2 },
      { atSeconds: 14400, vm: "job", do: "migrate", to: "heron-4" },
    ]);
  });
});

describe("loads", () => {
  const workload = (text: string, ...sets: string[]) => load(SMALL, `vms.web.load=${text}`, ...sets).scenario.vms[0];
  it("idle asks for nothing", () => {
    expect(workload("idle")?.workload).toEqual({ kind: "idle" });
  });
  it("a share may name the speed it refers to", () => {
    expect(workload("{constant: 50 %, speed: 2 GHz}")?.workload).toEqual({ kind: "constant", utilisation: 0.5, referenceMHz: 2000 });
  });
  it("pieces repeated forever last beyond the end of the run", () => {
    // 7 days of 1-day cycles and one more; a VM that arrives after a day needs one less.
    expect(workload("{pieces: [{for: 1 day, cpu: 1 GHz}], repeat: forever}")?.workload).toMatchObject({ repeat: 8 });
    expect(workload("{pieces: [{for: 1 day, cpu: 1 GHz}], repeat: forever}", "vms.web.arrival={at: 1 day}")?.workload).toMatchObject({ repeat: 7 });
  });
  it("a trace brings count, sizes and arrivals unless they are given", () => {
    const group = load(
      SMALL,
      "vms.web={name: web, load: {trace: {format: planetlab, path: day, sizes: [{vcpus: 1, speed: 2.5 GHz, memory: 870 MiB}, {vcpus: 2, speed: 2 GHz, memory: 1740 MiB}], from: 1 h, limit: 100}}}",
    ).scenario.vms[0];
    expect(group).toMatchObject({ count: null, vcpus: null, memoryMiB: null, arrival: null, progress: "replay", startup: "instant" });
    expect(group?.workload).toEqual({
      kind: "trace",
      format: "planetlab",
      path: "day",
      options: { sizes: "1 x 2500 x 870, 2 x 2000 x 1740", fromSeconds: 3600, limit: 100 },
    });
  });
  it("a generator keeps its options in base units", () => {
    const group = load(SMALL, "vms.web={name: web, count: 40, load: {generator: {profile: cloud, step: 1 min, scale: 2}}}").scenario.vms[0];
    expect(group).toMatchObject({ count: 40, vcpus: null, workload: { kind: "generator", profile: "cloud", options: { stepSeconds: 60, scale: 2 } } });
  });
});

describe("overrides", () => {
  it("set entries by number, by name and in all of a list, in order", () => {
    const { scenario, marks } = load(SMALL, "seed=42", "hosts[0].count=3", "hosts.host.count=5", "vms[*].shares=low", "site.pue=1.3");
    expect(scenario).toMatchObject({ seed: "42", sites: [{ pue: 1.3 }] });
    expect(scenario.hosts[0]?.count).toBe(5);
    expect(scenario.vms[0]?.shares).toBe(0.5);
    expect(marks.get("hosts[0].count")).toBe("given");
  });
  it("JSON is read as well as YAML", () => {
    const json = JSON.stringify({
      duration: "1 h",
      hosts: [{ name: "h", server: "dell-r740-8280", hypervisor: "esxi" }],
      vms: [{ name: "v", size: "small", load: "idle" }],
    });
    expect(loadScenario(json, "x.json", catalogue).ok).toBe(true);
  });
});

describe("migrations at once", () => {
  const atOnce = (more: string): number => {
    const loaded = loadScenario(
      `duration: 1 day\nhosts: [{name: h, server: dell-r740-8280, ${more}}]\nvms: [{name: v, size: small, load: idle}]`,
      "f",
      catalogue,
    );
    if (!loaded.ok) throw new Error("the file should load");
    return loaded.scenario.hosts[0].hypervisor.migration.concurrentPerHost;
  };
  it("are eight for ESXi at 10 Gbit/s and four below, by the fastest card; what the file says goes before", () => {
    expect(atOnce("hypervisor: esxi")).toBe(8);
    expect(atOnce("hypervisor: esxi, network: 1 Gbit/s")).toBe(4);
    expect(atOnce("hypervisor: esxi, nics: [{name: a, speed: 1 Gbit/s}]")).toBe(4);
    expect(
      atOnce("hypervisor: esxi, nics: [{name: a, speed: 1 Gbit/s, networks: [m]}, {name: b, speed: 25 Gbit/s}]".replace("networks: [m]", "networks: []")),
    ).toBe(8);
    expect(atOnce("hypervisor: {product: esxi, migration: {concurrentPerHost: 6}}, network: 1 Gbit/s")).toBe(6);
    expect(atOnce("hypervisor: kvm, network: 1 Gbit/s")).toBe(2);
  });
});
