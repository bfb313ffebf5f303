import type { View } from './view.ts'

/** How an operation's answer is shown to people. */
export type Renderer = (value: unknown, view: View) => string
