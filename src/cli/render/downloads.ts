import { oneLine } from '../text.ts'
import type { Renderer } from './renderer.ts'
import { say } from './say.ts'

/** A file that came from the node: where it is now. */
export const renderDownloaded: Renderer = (value, view) =>
  say(view, 'Written to {file}, for your eyes only.', {
    file: oneLine((value as { readonly written_to: string }).written_to),
  })
