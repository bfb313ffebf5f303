import type { RenderOptions } from './value.ts'

/** How an operation's answer is shown to people. */
export type Renderer = (value: unknown, options: RenderOptions) => string
