import { oneLine } from '../text.ts'
import { factsText, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { say } from './say.ts'

/** Two partners that are one from now on. */
export const renderMerged: Renderer = (value, view) => {
  const { id, name } = value as { id: string; name: string }
  return parts(
    say(view, '{name}: one partner now; later files say it of this one.', { name: oneLine(name) }),
    factsText([[say(view, 'id'), oneLine(id)]], view),
  )
}

/** What was said of many partners at once. */
export const renderSaid: Renderer = (value, view) => {
  const { changed, same } = value as { changed: number; same: number }
  return say(view, '{count} partners changed; {same} were so already.', {
    count: changed.toString(),
    same: same.toString(),
  })
}
