import { oneLine } from '../text.ts'
import type { Renderer } from './renderer.ts'

/** The presentation and nothing else, so that it can be handed on: `regie verify "$(regie present …)"`. */
export const renderPresentation: Renderer = (value) =>
  oneLine((value as { presentation: string }).presentation)
