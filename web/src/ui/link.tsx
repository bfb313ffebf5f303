import { Anchor } from '@mantine/core'
import { createLink } from '@tanstack/react-router'

/** A link to a place of the console that looks like one, with its search typed. */
export const TextLink = createLink(Anchor<'a'>)
