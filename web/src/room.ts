import type { ComponentType } from 'react'
import type { Language } from './words/words'

type Name = Readonly<Record<Language, string>>

/** One page of a room that is found by its name. */
export interface RoomPage {
  readonly name: Name
  readonly to: string
  /** Who finds it; everybody who finds the room where it says nothing. */
  readonly roles?: readonly string[]
}

/** A place of the console with all that is in it. Roles decide what is shown; the node decides what is allowed. */
export interface Room {
  readonly name: Name
  readonly to: string
  readonly icon: ComponentType
  /** Who finds it in the menu; everybody where it says nothing. */
  readonly roles?: readonly string[]
  /** Where there is more than one page: the ways from one to the other, the first where the room is entered. */
  readonly pages?: readonly RoomPage[]
}

export const room = (definition: Room): Room => definition

/** Whether a path is at a page, or at what is below it. */
export const isWithin = (path: string, { to }: { readonly to: string }): boolean =>
  path === to || (to !== '/' && path.startsWith(`${to}/`))

/** The page of a room that somebody is at: the one that says most of its path. */
export const pageAt = (pages: readonly RoomPage[], path: string): RoomPage | undefined =>
  pages.filter((page) => isWithin(path, page)).toSorted((one, other) => other.to.length - one.to.length)[0]
