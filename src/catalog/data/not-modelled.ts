/** What the model leaves out of each product, in words: those of all, and those of one. Shown on the pages of docs/products. */

/** Of every product. */
export const notModelledAnywhere: readonly string[] = [
  "Time slices, wake-up latency and run queues: schedulers are taken in the fluid limit, as weighted max-min shares with a loss that grows with vCPUs per core.",
  "Which core a vCPU runs on from moment to moment, and what its caches still hold when it comes back.",
  "Differences between releases, drivers, guest kernels and processor generations: one nominal value and a range stand for all of them.",
  "The time that finding memory takes (scans, balloons, swapping out), and a swap device that several VMs crowd: memory is found as soon as it is asked for.",
  "Graphics, GPUs, USB devices, nested virtualization, and time keeping in the guest.",
];

export const notModelled: Readonly<Record<string, readonly string[]>> = {
  esxi: [
    "The skew of relaxed co-scheduling in milliseconds: wide VMs lose a share for each vCPU above 4 instead.",
    "Memory that follows a VM to another NUMA node while it runs, and wide VMs re-balanced between nodes.",
    "DRS dividing a pool among hosts by entitlement: the model divides by what the pool's VMs want.",
  ],
  hyperv: [
    "The difference between the classic and the core scheduler: two VMs never share a core under the latter.",
    "Weights of VMs inside a CPU group other than their own.",
    "Smart paging at restart.",
  ],
  xen: [
    "Boost of woken vCPUs, credit2's run queues and RTDS budgets.",
    "Cpupools.",
    "Paravirtualized guests, which page without nested tables: all guests are taken as HVM or PVH with PV drivers.",
    "Driver domains beside dom0.",
  ],
  kvm: [
    "Automatic NUMA balancing of the host kernel, which brings far memory nearer over minutes.",
    "Emulator and I/O threads as threads of their own: their work is charged to the VM.",
    "Bandwidth control by period (throttled to the end of a 100 ms period): a limit is a steady ceiling.",
  ],
  virtualbox: ["NEM and Hyper-V as the engine below it on Windows hosts, which is slower.", "Network in NAT mode, which costs about twice the CPU.", "The execution cap of a VM beyond a plain limit."],
  workstation: ["Unity, shared folders and tools that keep the guest busy.", "Hyper-V as the engine below it on Windows hosts.", "Trimming and preallocation settings of guest memory."],
  parallels: ["Performance and efficiency cores of Apple silicon: all cores are alike.", "Coherence and shared folders.", "x86 guests emulated on ARM."],
  none: [],
  ideal: [],
};
