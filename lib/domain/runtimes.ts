/** Runtimes by the names that their makers write. */
const titles: Record<string, string> = { onnxruntime: "ONNX Runtime", openvino: "OpenVINO", llamacpp: "llama.cpp", vllm: "vLLM" };

export function titleOfRuntime(runtime: string): string {
  return titles[runtime] ?? runtime;
}
