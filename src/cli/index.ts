export type { Io } from './io.ts'
export type { ProgramDeps } from './program.ts'
export { runCli } from './run.ts'
