import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { type Item, useChange } from '../../api/hooks'
import { Claims } from '../../ui/claims'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { useTell } from '../../ui/told'
import { useNames } from '../../words/names'
import { useTerms } from '../../words/purposes'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    until: 'tot en met {day}',
    for: 'voor {purposes}',
    who: 'Daar mag kijken: {who}',
    who_all: 'Daar mag iedereen kijken die ervoor werkt',
    persons: '{n, plural, one {één medewerker} other {# medewerkers}} bij naam',
    systems: '{n, plural, one {één systeem} other {# systemen}}',
    passes: 'Mag worden doorgegeven aan tussenpersonen',
    more: 'Meer over deze toestemming aan {name}',
    revoke: 'Intrekken',
    revoke_title: 'Toestemming aan {name} intrekken?',
    revoke_text:
      '{name} kan dit vanaf nu niet meer opvragen. Wat al gezien of bewaard is, verdwijnt daarmee niet vanzelf: {name} krijgt bericht, en moet zeggen wat er met kopieën gebeurt.',
    revoke_sure: 'Ja, intrekken',
    revoked: 'Ingetrokken: {name} ziet dit niet meer.',
    restored: 'Opnieuw gedeeld met {name}, op dezelfde voorwaarden.',
  },
  en: {
    until: 'until {day}',
    for: 'for {purposes}',
    who: 'May look there: {who}',
    who_all: 'Everybody who works there on it may look',
    persons: '{n, plural, one {one employee} other {# employees}} by name',
    systems: '{n, plural, one {one system} other {# systems}}',
    passes: 'May be passed on to intermediaries',
    more: 'More about this grant to {name}',
    revoke: 'Revoke',
    revoke_title: 'Revoke the grant to {name}?',
    revoke_text:
      'From now on {name} cannot ask for this any more. What was seen or kept does not vanish by itself: {name} is told, and has to say what becomes of copies.',
    revoke_sure: 'Yes, revoke',
    revoked: 'Revoked: {name} does not see this any more.',
    restored: 'Shared with {name} again, on the same terms.',
  },
})

export type Given = Item<'access.grants'>

/** A grant she gave: to whom, for what, until when, and the way to take it back. */
export function GivenCard({ grant }: { readonly grant: Given }) {
  const say = useWords(texts)
  const { code } = useNames()
  const { day } = useFormats()
  const { purposes } = useTerms()
  const [isRevoking, setRevoking] = useState(false)
  const { name } = grant.grantee
  const state = stateOf(grant)
  const who = [
    ...grant.roles.map(code),
    ...(grant.persons.length > 0 ? [say('persons', { n: grant.persons.length })] : []),
    ...(grant.systems.length > 0 ? [say('systems', { n: grant.systems.length })] : []),
  ]
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <Stack gap={4} flex="1 1 16rem">
          <Group gap="xs">
            <Text fw={600} className="breakable">
              {name}
            </Text>
            {state !== 'open' && (
              <Badge variant="light" color="gray">
                {code(state)}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {say('for', { purposes: purposes(grant.purpose) })} · {say('until', { day: day(grant.until) })}
          </Text>
          <Claims of={grant.claims} />
          <Text size="sm" c="dimmed">
            {who.length > 0 ? say('who', { who: who.join(', ') }) : say('who_all')}
            {grant.passing_on && ` · ${say('passes')}`}
          </Text>
          <TextLink to="/grants/$id" params={{ id: grant.id }} size="sm" className="no-print breakable">
            {say('more', { name })}
          </TextLink>
        </Stack>
        {(state === 'open' || state === 'waiting') && (
          <Button
            variant="light"
            color="red"
            className="no-print"
            aria-label={`${say('revoke')}: ${name}`}
            onClick={() => setRevoking(true)}
          >
            {say('revoke')}
          </Button>
        )}
      </Group>
      {isRevoking && <Revoke grant={grant} onClose={() => setRevoking(false)} />}
    </Paper>
  )
}

function Revoke({ grant, onClose }: { readonly grant: Given; readonly onClose: () => void }) {
  const say = useWords(texts)
  const tell = useTell()
  const revoke = useChange('access.revoke', ['access.'])
  const restore = useChange('access.restore', ['access.'])
  const { name } = grant.grantee
  const sure = () =>
    revoke.mutate(
      { id: grant.id },
      {
        onSuccess: () => {
          onClose()
          tell({
            text: say('revoked', { name }),
            // The dialog is gone by then: what follows hangs on the answer alone.
            undo: () =>
              restore.mutateAsync({ id: grant.id }).then(
                () => tell({ text: say('restored', { name }) }),
                (error: Error) => tell({ text: error.message }),
              ),
          })
        },
      },
    )
  return (
    <Confirm
      title={say('revoke_title', { name })}
      text={say('revoke_text', { name })}
      sure={say('revoke_sure')}
      error={revoke.error}
      busy={revoke.isPending}
      onSure={sure}
      onClose={onClose}
    >
      <Claims of={grant.claims} />
    </Confirm>
  )
}

export const stateOf = ({ revoked_at, waiting, until }: Given) => {
  if (revoked_at !== null) return 'revoked'
  if (waiting) return 'waiting'
  return new Date(until) <= new Date() ? 'expired' : 'open'
}
