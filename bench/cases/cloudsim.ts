/** CloudSim's PlanetLab day against its bars (see ../cloudsim.ts). */
export { rows } from "../cloudsim.ts";
