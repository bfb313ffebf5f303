// Lets Node run our TypeScript as it stands, for benchmarks: `node --import ./bench/load-typescript.mjs bench/index.ts`.
// The sources use erasable syntax and name files with their extension, so taking the types out is all it needs; what
// runs is what tsc emits, from src/, where relative paths to credentials/ and schemas/ are the same as from dist/.
import { readFile } from 'node:fs/promises'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import ts from 'typescript'

// The hooks below run on a thread of their own, which loads this file again.
if (isMainThread) register(import.meta.url)

const compilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  inlineSourceMap: true,
}

export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context)
  const fileName = fileURLToPath(url)
  const { outputText } = ts.transpileModule(await readFile(fileName, 'utf8'), { fileName, compilerOptions })
  return { format: 'module', source: outputText, shortCircuit: true }
}
