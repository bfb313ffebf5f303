import { type RenderOptions, renderValue } from './value.ts'

/** How an operation's answer is shown to people. */
export type Renderer = (value: unknown, options: RenderOptions) => string

/** Operations whose answer reads better in a form of its own; all others get the generic one. */
const renderers: Readonly<Record<string, Renderer>> = {}

export const rendererOf = (operation: string): Renderer => renderers[operation] ?? renderValue
