/**
 * Scenarios to start from, for `hypervise init`: complete, commented, meant to be changed.
 */

export interface Template {
  readonly name: string;
  /** One line for the list of templates. */
  readonly about: string;
  /** The scenario file. */
  readonly text: string;
}

const quickstart = `# My datacenter: some hosts, some VMs, a week.
# Check it:  hypervise check FILE            everything filled in:  hypervise check FILE --resolved
# Run it:    hypervise run FILE --out results
name: My datacenter
seed: 1
duration: 7 days

site:
  pue: 1.5                        # facility energy / IT energy
  electricity: 0.20 EUR/kWh
  carbon: 300 g/kWh

hosts:
  - name: host
    count: 10
    server: dell-r640-8180        # hypervise show servers
    hypervisor: kvm               # hypervise show hypervisors

vms:
  - name: server                  # long-lived, mostly idle, as in company datacenters
    count: 100
    load: {generator: {profile: enterprise}}

placement: first-fit              # hypervise show policies
`;

const consolidation = `# Consolidation: how many new hosts do the applications of many old ones need?
# Change the count of the new hosts until ready time or rejections tell you to stop:
#   hypervise run FILE --out results --set hosts.new.count=2
# Run it once with the old hosts (their lines are below) and once with the new ones.
name: Consolidation
duration: 7 days

site: {pue: 1.5, electricity: 0.20 EUR/kWh}

hosts:
  - name: new
    count: 3
    server: hpe-dl385-gen10plus-7763
    hypervisor: esxi
# - name: old                     # today: one application a server
#   count: 40
#   server: hp-dl380-g5-l5430
#   hypervisor: none

vms:                              # CPU in MHz of work: the same on old cores and on new ones
  - name: office
    count: 30
    vcpus: 4
    memory: 8 GiB
    load:
      pieces:
        - {for: 8 h, cpu: 300 MHz}
        - {for: 10 h, cpu: 2400 MHz}
        - {for: 6 h, cpu: 600 MHz}
      repeat: forever
  - name: night
    count: 10
    vcpus: 8
    memory: 12 GiB
    load:
      pieces:
        - {for: 5 h, cpu: 12 GHz}
        - {for: 19 h, cpu: 400 MHz}
      repeat: forever

placement: worst-fit              # spread over the hosts
admission: {vcpusPerCore: 4}
`;

const workstation = `# A workstation with a Type 2 hypervisor: VMs beside the programs of the person at the desk.
name: Workstation
start: 2026-01-05T09:00:00Z
duration: 8 h
observe: 1 min

hosts:
  - name: desk
    cores: 8
    threadsPerCore: 2
    speed: 3.4 GHz
    memory: 64 GiB
    power: {model: linear, idle: 35 W, full: 160 W, off: 1 W}
    hypervisor: virtualbox        # or workstation, parallels
    programs: {cores: 2, memory: 12 GiB}   # browser, editor, compiler

vms:
  - name: linux
    vcpus: 4
    memory: 8 GiB
    startup: boot
    load: {constant: 30 %, speed: 3.4 GHz}
  - name: windows
    vcpus: 4
    memory: 8 GiB
    os: windows
    startup: boot
    load: {constant: 15 %, speed: 3.4 GHz}

events:
  - {at: 3 h, vm: windows, do: suspend}
  - {at: 4 h, vm: windows, do: resume}
`;

const overcommit = `# Overcommitment: how many vCPUs per core before the users notice?
# Raise the number of VMs and watch ready time:
#   hypervise run FILE --out results --set vms.app.count=48
name: Overcommit
duration: 2 days

hosts:
  - name: host
    server: dell-r740-8280        # 56 cores, 192 GiB
    hypervisor: esxi

vms:
  - name: app
    count: 32                     # 32 x 4 vCPUs on 56 cores
    vcpus: 4
    memory: 4 GiB
    load:
      pieces:
        - {for: 8 h, cpu: 5 %}
        - {for: 10 h, cpu: 40 %}
        - {for: 6 h, cpu: 10 %}
      repeat: forever

admission: {vcpusPerCore: none}   # no limit: let contention show
`;

const trace = `# A recorded load: what did these VMs really ask for, and how many hosts do they need?
# Put the file or folder of the trace where \`path\` says, relative to this file (formats: docs/traces.md).
name: Recorded load
duration: 1 day

hosts:
  - name: host
    count: 20
    server: dell-r740-8280
    hypervisor: kvm

vms:
  - name: vm
    load:
      trace:
        format: planetlab         # or bitbrains, opendc, azure, google2011, alibaba2018, swf, plain
        path: ./20110303
        sizes: [{vcpus: 1, speed: 2500 MHz, memory: 1 GiB}]   # this format brings no sizes

admission: {vcpusPerCore: 4}
`;

const batch = `# A batch of finite work: how long until all is done?
name: Batch
duration: until done

hosts:
  - name: node
    count: 4
    server: dell-r730-e5-2699v4   # 44 cores, 128 GiB
    hypervisor: kvm

admission:
  vcpusPerCore: 1
  whenFull: queue                 # jobs wait instead of being rejected
  queueOrder: skip                # small jobs may pass large ones that do not fit yet

vms:
  - name: job
    count: 100
    vcpus: 8
    memory: 16 GiB
    startup: boot
    arrival: {every: 1 min}
    load:
      sequence: true
      tasks:
        - {work: 300 GHz s}                 # read: one thread
        - {work: 20000 GHz s, threads: 8}   # compute: all cores
        - {work: 300 GHz s}                 # write
`;

export const templates: readonly Template[] = [
  { name: "quickstart", about: "some hosts, some VMs, a week", text: quickstart },
  { name: "consolidation", about: "the applications of many old servers on a few new ones", text: consolidation },
  { name: "workstation", about: "VMs on a desktop with a Type 2 hypervisor", text: workstation },
  { name: "overcommit", about: "how many vCPUs per core before ready time rises", text: overcommit },
  { name: "trace", about: "a recorded load on your hosts", text: trace },
  { name: "batch", about: "finite work that queues, until all is done", text: batch },
];
