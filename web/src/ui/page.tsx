import { Alert, Box, Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { isProblem, OFFLINE } from '../api/problem'
import { common } from '../words/common'
import { useWords } from '../words/words'
import { TextLink } from './link'

/** A page: its title is where a reader's keyboard and screen reader begin. */
export function Page({
  title,
  lead,
  actions,
  children,
}: {
  readonly title: string
  readonly lead?: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Regie`
    heading.current?.focus({ preventScroll: true })
  }, [title])
  return (
    <Stack gap="lg" maw={960} mx="auto">
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <Box flex="1 1 20rem">
          <Title order={1} ref={heading} tabIndex={-1} className="page-title">
            {title}
          </Title>
          {lead !== undefined && (
            <Text c="dimmed" mt={4}>
              {lead}
            </Text>
          )}
        </Box>
        {actions !== undefined && <Group className="no-print">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  )
}

/** A part of a page, found by its heading. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Title order={2} size="h3">
        {title}
      </Title>
      {children}
    </Stack>
  )
}

/** What was not done, said once, where a reader is. */
export function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const say = useWords(common)
  const here = useLocation({ select: ({ href }) => href })
  const text = isProblem(error, OFFLINE)
    ? say('offline')
    : isProblem(error)
      ? error.message
      : error instanceof Error
        ? error.message
        : ''
  return (
    <Alert color="red" variant="light" title={say('failed')} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{text}</Text>
        {isProblem(error) && error.status === 401 && (
          <TextLink to="/sign-in" search={{ to: here }} size="sm">
            {say('sign_in')}
          </TextLink>
        )}
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {say('retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

/** Nothing here, and the one thing to do about it. */
export function Empty({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <Paper withBorder p="xl" radius="md">
      <Stack align="center" gap="sm">
        <Text ta="center" c="dimmed">
          {children}
        </Text>
        {action}
      </Stack>
    </Paper>
  )
}

interface Loaded {
  readonly isPending: boolean
  readonly error: unknown
  readonly refetch: () => unknown
}

/** Shows what was read once it was; until then that it is on its way, or why not. */
export function Loaded({ of, children }: { readonly of: Loaded; readonly children: ReactNode }) {
  const say = useWords(common)
  if (of.error) return <Failure error={of.error} onRetry={() => of.refetch()} />
  if (!of.isPending) return children
  return (
    <Stack gap="sm" role="status" aria-label={say('loading')}>
      <Skeleton height={64} radius="md" />
      <Skeleton height={64} radius="md" />
      <Skeleton height={64} radius="md" />
    </Stack>
  )
}

/** The next page of a list. */
export function More({
  list,
}: {
  readonly list: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => unknown
  }
}) {
  const say = useWords(common)
  if (!list.hasNextPage) return null
  return (
    <Group justify="center" className="no-print">
      <Button variant="default" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
        {say('more')}
      </Button>
    </Group>
  )
}

/** A fact with what it is. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
export const Facts = ({ children }: { readonly children: ReactNode }) => <dl className="facts">{children}</dl>
