import { Badge, Button, Group, Paper, SegmentedControl, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { type Item, useChange, useList, useRead } from '../../api/hooks'
import { Claims } from '../../ui/claims'
import { Confirm } from '../../ui/confirm'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useNames } from '../../words/names'
import { useTerms } from '../../words/purposes'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Toestemmingen',
    lead: 'Wat u deelt en met wie, en wat anderen met u delen.',
    given: 'Gegeven',
    received: 'Gekregen',
    ended: 'Voorbij',
    which: 'Welke toestemmingen',
    empty_given: 'U deelt nu niets.',
    empty_received: 'Niemand deelt nu iets met u.',
    empty_ended: 'Er is nog niets voorbij.',
    until: 'tot en met {day}',
    for: 'voor {purposes}',
    revoke: 'Intrekken',
    revoke_title: 'Toestemming aan {name} intrekken?',
    revoke_text:
      '{name} kan dit vanaf nu niet meer opvragen. Wat al gezien of bewaard is, verdwijnt daarmee niet vanzelf: {name} krijgt bericht, en moet zeggen wat er met kopieën gebeurt.',
    revoke_sure: 'Ja, intrekken',
    revoked: 'Ingetrokken: {name} ziet dit niet meer.',
    restored: 'Opnieuw gedeeld met {name}, op dezelfde voorwaarden.',
  },
  en: {
    title: 'Grants',
    lead: 'What you share and with whom, and what others share with you.',
    given: 'Given',
    received: 'Received',
    ended: 'Over',
    which: 'Which grants',
    empty_given: 'You share nothing now.',
    empty_received: 'Nobody shares anything with you now.',
    empty_ended: 'Nothing is over yet.',
    until: 'until {day}',
    for: 'for {purposes}',
    revoke: 'Revoke',
    revoke_title: 'Revoke the grant to {name}?',
    revoke_text:
      'From now on {name} cannot ask for this any more. What was seen or kept does not vanish by itself: {name} is told, and has to say what becomes of copies.',
    revoke_sure: 'Yes, revoke',
    revoked: 'Revoked: {name} does not see this any more.',
    restored: 'Shared with {name} again, on the same terms.',
  },
})

type Given = Item<'access.grants'>

export default function Grants() {
  const say = useWords(texts)
  const navigate = useNavigate()
  const { state = 'given' } = useSearch({ from: '/inside/grants' })
  return (
    <Page title={say('title')} lead={say('lead')}>
      <SegmentedControl
        className="no-print"
        aria-label={say('which')}
        value={state}
        onChange={(value) =>
          navigate({ to: '/grants', search: { state: value === 'given' ? undefined : value } })
        }
        data={[
          { value: 'given', label: say('given') },
          { value: 'received', label: say('received') },
          { value: 'ended', label: say('ended') },
        ]}
      />
      {state === 'received' ? <ReceivedGrants /> : <GivenGrants over={state === 'ended'} />}
    </Page>
  )
}

function GivenGrants({ over }: { readonly over: boolean }) {
  const say = useWords(texts)
  const { code } = useNames()
  const { day } = useFormats()
  const { purposes } = useTerms()
  const [revoking, setRevoking] = useState<Given | null>(null)
  const list = useList('access.grants', over ? { limit: 50 } : { state: 'open', limit: 50 })
  const items = over ? list.items?.filter((one) => stateOf(one) !== 'open') : list.items
  return (
    <Loaded of={list}>
      {items?.length === 0 && <Empty>{say(over ? 'empty_ended' : 'empty_given')}</Empty>}
      <Stack gap="sm">
        {items?.map((grant) => (
          <Paper key={grant.id} withBorder p="md" radius="md">
            <Group justify="space-between" align="flex-start" wrap="wrap">
              <Stack gap={4} flex="1 1 16rem">
                <Group gap="xs">
                  <Text fw={600} className="breakable">
                    {grant.grantee.name}
                  </Text>
                  {over && (
                    <Badge variant="light" color="gray">
                      {code(stateOf(grant))}
                    </Badge>
                  )}
                </Group>
                <Text size="sm" c="dimmed">
                  {say('for', { purposes: purposes(grant.purpose) })} ·{' '}
                  {say('until', { day: day(grant.until) })}
                </Text>
                <Claims of={grant.claims} />
              </Stack>
              {!over && (
                <Button variant="light" color="red" className="no-print" onClick={() => setRevoking(grant)}>
                  {say('revoke')}
                </Button>
              )}
            </Group>
          </Paper>
        ))}
      </Stack>
      <More list={list} />
      {revoking && <Revoke grant={revoking} onClose={() => setRevoking(null)} />}
    </Loaded>
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

function ReceivedGrants() {
  const say = useWords(texts)
  const { day } = useFormats()
  const { purposes } = useTerms()
  const list = useRead('access.held', { limit: 200 })
  const items = list.data?.items.filter(({ state }) => state === 'live')
  return (
    <Loaded of={list}>
      {items?.length === 0 && <Empty>{say('empty_received')}</Empty>}
      <Stack gap="sm">
        {items?.map((grant) => (
          <Paper key={grant.id} withBorder p="md" radius="md">
            <Text fw={600} className="breakable">
              {grant.partner.name}
            </Text>
            <Text size="sm" c="dimmed">
              {say('for', { purposes: purposes(grant.purpose) })} · {say('until', { day: day(grant.until) })}
            </Text>
            <Claims of={grant.claims} />
          </Paper>
        ))}
      </Stack>
    </Loaded>
  )
}

const stateOf = ({ revoked_at, waiting, until }: Given) => {
  if (revoked_at !== null) return 'revoked'
  if (waiting) return 'waiting'
  return new Date(until) <= new Date() ? 'expired' : 'open'
}
