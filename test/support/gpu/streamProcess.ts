// A process that reads the GPUs until it is killed.
import { startGpuStream } from "../../../server/src/gpu/io/gpuStream.io.ts";

startGpuStream({ env: process.env });
