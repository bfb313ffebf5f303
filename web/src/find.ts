import type { ComponentType } from 'react'

/** One thing that a search came upon. */
export interface Found {
  readonly key: string
  readonly label: string
  /** What kind of thing it is. */
  readonly kind: string
  readonly to: string
  readonly icon: ComponentType
}

/** Before these are typed nothing is looked for. */
export const LEAST_LETTERS = 2

/** Whether one says what somebody looks for. */
export const fits = (label: string, text: string): boolean =>
  label.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase())
