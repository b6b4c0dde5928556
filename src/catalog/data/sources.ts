/**
 * Where the figures of the catalogue come from. `seen` says how the source was read for this project: its page or file, a
 * quotation of it elsewhere (second-hand), its abstract, or not again (not re-read).
 */

export interface Source {
  readonly cite: string;
  readonly url: string | null;
  readonly seen: "page" | "second-hand" | "abstract" | "not re-read" | "own";
}

export const sources: Readonly<Record<string, Source>> = {
  definition: { cite: "True by definition of the model or of the entry", url: null, seen: "own" },
  evidence: { cite: "Published measurements collected in this catalogue: hypervise show evidence, docs/evidence.md", url: null, seen: "own" },
  judgement: { cite: "Engineering judgement of this project", url: null, seen: "own" },
  "product-docs": { cite: "Documentation of the product as known, page not looked up again", url: null, seen: "not re-read" },
  "aws-general": { cite: "Amazon EC2 user guide, general purpose instances", url: "https://docs.aws.amazon.com/AWSEC2/latest/WindowsGuide/general-purpose-instances.html", seen: "page" },
  "aws-types": { cite: "Amazon EC2 instance types", url: "https://aws.amazon.com/ec2/instance-types/", seen: "not re-read" },
  "azure-sizes": { cite: "Microsoft, VM sizes of Azure as listed in the Aspire API reference", url: "https://aspire.dev/reference/api/csharp/aspire.hosting.azure.kubernetes/standarddsv5/", seen: "page" },
  bhargava2008: { cite: "Bhargava et al., Accelerating Two-Dimensional Page Walks, ASPLOS 2008, and later studies of nested paging", url: null, seen: "not re-read" },
  cherkasova2005: { cite: "Cherkasova & Gardner, Measuring CPU Overhead for I/O Processing in the Xen VMM, USENIX ATC 2005", url: "https://usenix.org/legacy/events/usenix05/tech/general/full_papers/short_papers/cherkasova/cherkasova_html/final-perf-study-usenix.html", seen: "abstract" },
  cloudsim: { cite: "CloudSim source: constants of the PlanetLab experiments", url: "https://github.com/Cloudslab/cloudsim", seen: "page" },
  gandhi2012: { cite: "Gandhi et al., AutoScale, ACM Transactions on Computer Systems 30(4), 2012", url: null, seen: "page" },
  "gcp-types": { cite: "Google Compute Engine, general-purpose machine family", url: "https://cloud.google.com/compute/docs/general-purpose-machines", seen: "not re-read" },
  "hv-mig": { cite: "Directions on Microsoft, live migration switch-over", url: "https://www.directionsonmicrosoft.com/charts-illustrations/live-migration-switch-over", seen: "page" },
  "hv-weight": { cite: "Microsoft, hypervisor interface: CPU weight (library page ff538581, mirror)", url: "https://gerhart01.github.io/msdn.microsoft.com/en-us/library/windows/hardware/ff538581(v%3dvs.85).html", seen: "page" },
  hv32: { cite: "Hyper-V sizing guide: 32 MB for the first GB of a VM, 8 MB for each further GB", url: null, seen: "second-hand" },
  hvnu: { cite: "hyper-v.nu, paging file and host memory reserve in 2008 R2", url: "http://www.hyper-v.nu/archives/hvredevoort/2012/10/intelligent-automatic-paging-file-setting-in-windows-server-2012-hyper-v/", seen: "page" },
  kubevirt: { cite: "KubeVirt, constants of its memory overhead estimate", url: "https://github.com/kubevirt/kubevirt", seen: "page" },
  "libvirt-shares": { cite: "libvirt, documentation of the domain XML: CPU tuning, shares (as of a commit of 2011)", url: "http://xenbits.xensource.com/gitweb?a=commitdiff&h=fbdea7cb922635e185b62cefa88aa298786e1d0a&p=libvirt.git", seen: "page" },
  "libxl-shadow": { cite: "libxl default shadow/paging memory, quoted in a libvirt patch", url: "https://build.opensuse.org/projects/SUSE:SLE-12-SP4:GA/packages/libvirt.4500/files/c0960aab-libxl-shadow-mem.patch?expand=1", seen: "page" },
  menon: { cite: "Menon et al., Xen network virtualization (VEE 2005; USENIX ATC 2006)", url: null, seen: "not re-read" },
  "ms-2025": { cite: "Microsoft, What's new in Windows Server 2025", url: "https://github.com/MicrosoftDocs/windowsserverdocs", seen: "page" },
  "ms-scale": { cite: "Microsoft, Plan for Hyper-V scalability in Windows Server 2016/2019", url: "https://github.com/MicrosoftDocs/windowsserverdocs", seen: "page" },
  "openstack-flavors": { cite: "OpenStack admin guide, Ocata: default flavors of Mitaka and earlier", url: "https://docs.openstack.org/ocata/admin-guide/cli-manage-flavors.html", seen: "page" },
  pd: { cite: "Parallels Desktop, overview of limits", url: "https://grokipedia.com/page/Parallels_Desktop_for_Mac", seen: "second-hand" },
  qemu: { cite: "QEMU migration defaults (migration/options.c)", url: "https://github.com/qemu/qemu/blob/master/migration/options.c", seen: "page" },
  simgrid: { cite: "SimGrid live-migration plugin (VmLiveMigration.cpp)", url: "https://github.com/simgrid/simgrid/blob/master/src/plugins/vm/VmLiveMigration.cpp", seen: "page" },
  rhel6kvm: { cite: "Red Hat, KVM restrictions (RHEL 6 guide)", url: "https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/6/html/virtualization_host_configuration_and_guest_installation_guide/chap-virtualization_host_configuration_and_guest_installation_guide-virtualization_restrictions", seen: "page" },
  rhel9kvm: { cite: "RHEL 9 KVM limits summary", url: "https://oneuptime.com/blog/post/2026-03-04-understand-feature-support-limitations-rhel-9-virtualization/view", seen: "second-hand" },
  sdps: { cite: "opvizor, special features of vMotion", url: null, seen: "page" },
  "spec-single-copy": { cite: "SPECpower_ssj2008 results, watts as transcribed in one third-party program", url: "https://www.spec.org/power_ssj2008/results/", seen: "second-hand" },
  specdata: { cite: "SPECpower_ssj2008 published results, in a public copy with all load levels", url: "https://github.com/green-coding-solutions/spec-power-model", seen: "page" },
  vbox: { cite: "Oracle VirtualBox, feature list: vCPUs and teleporting", url: null, seen: "page" },
  vcat: { cite: "VMware vCloud Architecture Toolkit, vCPU-to-pCPU ratio", url: "https://download3.vmware.com/vcat/vmw-vcloud-architecture-toolkit-spv1-webworks/Core%20Platform/Architecting%20a%20vSphere%20Compute%20Platform/Architecting%20a%20vSphere%20Compute%20Platform.1.019.html", seen: "page" },
  "vmw-hw": { cite: "VMware, hardware features by virtual hardware version (7.0 and 8.0 pages)", url: "https://docs.vmware.com/it/VMware-vSphere/8.0/vsphere-vm-administration/GUID-789C3913-1053-4850-A0F0-E29C3D32B6DA.html", seen: "page" },
  "vmw-ovh": { cite: "VMware vSphere 6.5/6.7 Resource Management, Table 6-1 sample overhead memory", url: "https://docs.vmware.com/en/VMware-vSphere/6.5/com.vmware.vsphere.resmgmt.doc/GUID-4954A03F-E1F4-46C7-A3E7-947D30269E34.html", seen: "page" },
  "vmw-ovh4": { cite: "VMware vSphere 4.0 Resource Management, Table 3-2 overhead memory", url: "https://www.manualslib.com/manual/539352/Vmware-Vsphere-Esxi-4-0.html?page=30", seen: "page" },
  "vmw-shares": { cite: "VMware, vSphere 7.0 Resource Management: resource allocation shares", url: "https://docs.vmware.com/en/VMware-vSphere/7.0/com.vmware.vsphere.resmgmt.doc/GUID-C0D2EFAE-1FE4-4867-AC3F-3E70D9A9ED59.html", seen: "page" },
  "hv-groups": { cite: "Microsoft, Virtual Machine Resource Controls: using VM CPU groups", url: "https://github.com/MicrosoftDocs/windowsserverdocs/blob/main/WindowsServerDocs/virtualization/hyper-v/manage/manage-hyper-v-cpugroups.md", seen: "not re-read" },
  "hv-resize": { cite: "Savill, Hot-add and remove requirements for Windows Server 2016 Hyper-V, ITPro Today, 2016", url: "https://www.itprotoday.com/virtualization/hot-add-and-remove-requirements-windows-server-2016-hyper-v", seen: "page" },
  "qemu-hotplug": { cite: "QEMU documentation, Virtual CPU hotplug", url: "https://github.com/qemu/qemu/blob/master/docs/system/cpu-hotplug.rst", seen: "page" },
  "vmw-hotadd": { cite: "Lam, Virtual NUMA and CPU hot-add support in vSphere 8, 2022; Broadcom KB 340275", url: "https://williamlam.com/2022/11/virtual-numa-vnuma-and-cpu-hot-add-support-in-vsphere-8.html", seen: "page" },
  "vmw-vnuma": { cite: "VMware, vSphere 6.5 Resource Management: using virtual NUMA", url: "https://docs.vmware.com/en/VMware-vSphere/6.5/com.vmware.vsphere.resmgmt.doc/GUID-17B629DE-75DF-4C23-B831-08107007FBB9.html", seen: "page" },
  waldspurger2002: { cite: "Waldspurger, Memory Resource Management in VMware ESX Server, OSDI 2002", url: null, seen: "not re-read" },
  wks: { cite: "VMware Workstation Pro, overview of limits", url: "https://web-production-4e80b.up.railway.app/page/VMware_Workstation", seen: "second-hand" },
  "xen-new": { cite: "Xen libxenguest simple_precopy_policy: SPP_MAX_ITERATIONS 5, SPP_TARGET_DIRTY_COUNT 50", url: "https://github.com/xen-project/xen", seen: "page" },
  "xen-weight": { cite: "Dunlap, Credit1: make weight per-vcpu, Xen project blog, 13 August 2010; as in sched_credit.c since", url: "https://xenproject.org/2010/08/13/rfc-credit1-make-weight-per-vcpu/", seen: "page" },
  "xs-dom0": { cite: "Citrix/XenServer documentation, Memory usage", url: "https://docs.citrix.com/en-us/citrix-hypervisor/memory-usage.html", seen: "page" },
  "xs-limits": { cite: "XenServer 8 documentation, Configuration limits", url: "https://docs.xenserver.com/en-us/xenserver/8/system-requirements/configuration-limits", seen: "page" },
  backblaze: { cite: "Backblaze Drive Stats for 2024", url: "https://www.backblaze.com/cloud-storage/resources/hard-drive-test-data", seen: "second-hand" },
  dean2008: { cite: "Dean, Google I/O 2008: the first year of a cluster of 1,800 servers", url: "https://datacenterknowledge.com/hyperscalers/failure-rates-in-google-data-centers", seen: "second-hand" },
  javadi2013: { cite: "Javadi, Kondo, Iosup and Epema, The Failure Trace Archive, JPDC 73(8), 2013: fitted models, as coded in OpenDC", url: "https://github.com/atlarge-research/opendc", seen: "page" },
};
