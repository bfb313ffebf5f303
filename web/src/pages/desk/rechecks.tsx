import { Badge, Button, Group, Paper, SegmentedControl, Stack, Text, Textarea } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { type Item, useChange, useList, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useNames } from '../../words/names'
import { useFormats, useWords, words } from '../../words/words'

type Recheck = Item<'registrations.rechecks.list'>

interface Named {
  readonly one: Recheck
  readonly name: string
}

const texts = words({
  nl: {
    title: 'Hercontroles',
    lead: 'Elk jaar vergelijken wij geregistreerde organisaties met het handelsregister. Wat verschilt, beoordeelt de reputatiemanager.',
    which: 'Welke hercontroles',
    open: 'Te beoordelen',
    closed: 'Beoordeeld',
    empty: 'Er is niets te beoordelen.',
    none_closed: 'Er is nog niets beoordeeld.',
    same: 'hetzelfde',
    different: 'verschilt',
    failed: 'kon niet worden vergeleken',
    differs: 'Verschilt: {fields}',
    ended_on: 'beëindigd',
    legal_form: 'rechtsvorm',
    kvk_number_missing: 'geen KVK-nummer bekend',
    kvk_unknown: 'staat niet meer in het handelsregister',
    judge: 'Beoordelen',
    judge_name: '{name} beoordelen',
    judge_title: 'Wat betekent dit voor {name}?',
    verdict: 'Uw oordeel',
    judged: 'Uw oordeel over {name} is vastgelegd.',
    to_case: 'Naar de aanmelding',
  },
  en: {
    title: 'Re-checks',
    lead: 'Each year we compare registered organisations with the trade register. What differs is judged by the reputation manager.',
    which: 'Which re-checks',
    open: 'To be judged',
    closed: 'Judged',
    empty: 'There is nothing to judge.',
    none_closed: 'Nothing was judged yet.',
    same: 'the same',
    different: 'differs',
    failed: 'could not be compared',
    differs: 'Differs: {fields}',
    ended_on: 'ended',
    legal_form: 'legal form',
    kvk_number_missing: 'no KVK number known',
    kvk_unknown: 'is not in the trade register any more',
    judge: 'Judge',
    judge_name: 'Judge {name}',
    judge_title: 'What does this mean for {name}?',
    verdict: 'Your verdict',
    judged: 'Your verdict on {name} is on record.',
    to_case: 'To the registration',
  },
})

/** What the yearly look in the trade register found. */
export default function Rechecks() {
  const say = useWords(texts)
  const navigate = useNavigate()
  const { show } = useSearch({ from: '/inside/desk/rechecks' })
  const state = show === 'closed' ? 'closed' : 'open'
  const list = useList('registrations.rechecks.list', { state })
  const [judging, judge] = useState<Named | null>(null)
  return (
    <Page title={say('title')} lead={say('lead')}>
      <SegmentedControl
        aria-label={say('which')}
        value={state}
        onChange={(value) =>
          navigate({ to: '/desk/rechecks', search: { show: value === 'open' ? undefined : value } })
        }
        data={(['open', 'closed'] as const).map((value) => ({ value, label: say(value) }))}
      />
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say(state === 'open' ? 'empty' : 'none_closed')}</Empty>}
        <Stack gap="sm">
          {list.items?.map((one) => (
            <Found key={one.id} one={one} onJudge={(name) => judge({ one, name })} />
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
      {judging && <Judge {...judging} onClose={() => judge(null)} />}
    </Page>
  )
}

const said = ['ended_on', 'legal_form', 'kvk_unknown', 'kvk_number_missing'] as const
const isSaid = (field: string): field is (typeof said)[number] => said.some((one) => one === field)

function Found({ one, onJudge }: { readonly one: Recheck; readonly onJudge: (name: string) => void }) {
  const say = useWords(texts)
  const who = useWho()
  const { moment } = useFormats()
  const { claim } = useNames()
  // The list tells who by identity alone; the registry, which is public, has the name.
  const party = useRead('registry.find', { dids: one.organisation })
  const name = party.data?.items[0]?.name ?? one.organisation
  const fieldName = (field: string) => (isSaid(field) ? say(field) : claim(field).what.toLowerCase())
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" wrap="wrap" gap="xs">
        <Text fw={600} className="breakable" flex="1 1 12rem">
          {name}
        </Text>
        <Badge variant="light">{say(one.outcome)}</Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {moment(one.at)}
      </Text>
      {one.outcome === 'different' && (
        <Text size="sm">{say('differs', { fields: one.fields.map(fieldName).join(', ') })}</Text>
      )}
      {one.verdict !== null && (
        <Text size="sm" className="breakable">
          “{one.verdict}”
        </Text>
      )}
      <Group mt="xs" className="no-print">
        {one.state === 'open' && hasRole(who, 'reputation_manager') && (
          <Button
            size="xs"
            variant="default"
            aria-label={say('judge_name', { name })}
            onClick={() => onJudge(name)}
          >
            {say('judge')}
          </Button>
        )}
        {hasRole(who, 'servicedesk') && (
          <TextLink to="/desk/$id" params={{ id: one.case }} size="sm">
            {say('to_case')}
          </TextLink>
        )}
      </Group>
    </Paper>
  )
}

function Judge({ one, name, onClose }: Named & { readonly onClose: () => void }) {
  const say = useWords(texts)
  const tell = useTell()
  const close = useChange('registrations.rechecks.close', ['registrations.rechecks.'])
  const [verdict, setVerdict] = useState('')
  return (
    <Confirm
      title={say('judge_title', { name })}
      sure={say('judge')}
      isHarmless
      isReady={verdict.trim() !== ''}
      error={close.error}
      busy={close.isPending}
      onClose={onClose}
      onSure={() =>
        close.mutate(
          { id: one.id, verdict: verdict.trim() },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('judged', { name }) })
            },
          },
        )
      }
    >
      <Textarea
        label={say('verdict')}
        required
        autosize
        maxLength={2000}
        value={verdict}
        onChange={(event) => setVerdict(event.currentTarget.value)}
      />
    </Confirm>
  )
}
