import { Badge, Button, Group, Paper, Select, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { type Item, useChange, useList } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Fact, Facts, Failure, Loaded, More, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useNames } from '../../words/names'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Verbeteringen',
    lead: 'Partners die uw gegevens mogen zien, stelden voor om iets te verbeteren. U beslist.',
    none: 'Niemand stelde een verbetering voor.',
    proposes: '{name} stelt voor: {what}',
    bounced: '{name} meldt dat post aan {what} terugkwam',
    now: 'Nu',
    would: 'Wordt',
    why: 'Waarom',
    attested: 'Dit verklaart {name}; u kunt het niet zelf wijzigen.',
    changed: 'U wijzigde dit intussen zelf.',
    accept: 'Overnemen',
    accepted: 'Verbeterd. Wie het mag zien, hoort dat.',
    decline: 'Niet overnemen',
    decline_title: 'Niet overnemen',
    decline_why: 'Waarom niet?',
    declined: 'Het blijft zoals het was.',
    value_is_right: 'het klopt zoals het er staat',
    cannot_verify: 'ik kan het niet nagaan',
    attested_by_other: 'een ander verklaart dit',
    other: 'iets anders',
    open: 'wacht op u',
    state_accepted: 'overgenomen',
    state_declined: 'niet overgenomen',
    ours: 'Wat wij partners voorstelden',
    ours_none: 'U stelde nog niets voor. Dat begint bij een partner.',
    state_open: 'wacht op antwoord',
    state_refused: 'geweigerd',
    state_undelivered: 'niet aangekomen',
    new_value: 'voorgesteld: {value}',
    nothing: '(leeg)',
  },
  en: {
    title: 'Corrections',
    lead: 'Partners who may see your data proposed to correct something. You decide.',
    none: 'Nobody proposed a correction.',
    proposes: '{name} proposes: {what}',
    bounced: '{name} says that post to {what} came back',
    now: 'Now',
    would: 'Becomes',
    why: 'Why',
    attested: '{name} states this; you cannot change it yourself.',
    changed: 'You changed this yourself meanwhile.',
    accept: 'Take over',
    accepted: 'Corrected. Whoever may see it hears so.',
    decline: 'Leave as it is',
    decline_title: 'Leave as it is',
    decline_why: 'Why?',
    declined: 'It stays as it was.',
    value_is_right: 'it is right as it stands',
    cannot_verify: 'I cannot check it',
    attested_by_other: 'somebody else states this',
    other: 'something else',
    open: 'waits for you',
    state_accepted: 'taken over',
    state_declined: 'left as it was',
    ours: 'What we proposed to partners',
    ours_none: 'You proposed nothing yet. That begins at a partner.',
    state_open: 'waits for an answer',
    state_refused: 'refused',
    state_undelivered: 'did not arrive',
    new_value: 'proposed: {value}',
    nothing: '(empty)',
  },
})

type Correction = Item<'corrections.list'>
const reasons = ['value_is_right', 'cannot_verify', 'attested_by_other', 'other'] as const

/** What partners propose to correct, with both values side by side. */
export default function Corrections() {
  const say = useWords(texts)
  const proposes = hasRole(useWho(), 'account_manager', 'coordinator', 'administrator')
  const tell = useTell()
  const list = useList('corrections.list', {})
  const decline = useChange('corrections.decline', ['corrections.'])
  const [declining, setDeclining] = useState<Correction | null>(null)
  const [reason, setReason] = useState<(typeof reasons)[number]>('value_is_right')
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say('none')}</Empty>}
        <Stack gap="sm">
          {list.items?.map((one) => (
            <Proposal key={one.id} correction={one} onDecline={() => setDeclining(one)} />
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
      {proposes && <Proposed />}
      {declining && (
        <Confirm
          title={say('decline_title')}
          sure={say('decline')}
          isHarmless
          error={decline.error}
          busy={decline.isPending}
          onClose={() => setDeclining(null)}
          onSure={() =>
            decline.mutate(
              { id: declining.id, reason },
              {
                onSuccess: () => {
                  setDeclining(null)
                  tell({ text: say('declined') })
                },
              },
            )
          }
        >
          <Select
            label={say('decline_why')}
            value={reason}
            allowDeselect={false}
            onChange={(value) => setReason(reasons.find((one) => one === value) ?? 'other')}
            data={reasons.map((value) => ({ value, label: say(value) }))}
          />
        </Confirm>
      )}
    </Page>
  )
}

function Proposal({
  correction,
  onDecline,
}: {
  readonly correction: Correction
  readonly onDecline: () => void
}) {
  const say = useWords(texts)
  const { claim } = useNames()
  const { moment } = useFormats()
  const tell = useTell()
  const accept = useChange('corrections.accept', ['corrections.', 'me.', 'profile.'])
  const { id, proposer, current, proposed, attested_by: attested, value_changed: isChanged } = correction
  const { state, proposed_at: at } = correction
  const what = claim(correction.claim).what
  const written = (value: unknown) =>
    typeof value === 'string' && value !== ''
      ? value
      : value === null || value === undefined
        ? say('nothing')
        : JSON.stringify(value)
  const named = { name: proposer.name, what }
  return (
    <Paper withBorder p="md" radius="md">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="wrap">
          <Text fw={600} className="breakable" flex="1 1 14rem">
            {say(proposed ? 'proposes' : 'bounced', named)}
          </Text>
          <Badge variant="light" color={state === 'open' ? 'regie' : 'gray'}>
            {say(state === 'open' ? 'open' : `state_${state}`)}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {moment(at)}
        </Text>
        <Facts>
          <Fact name={say('now')}>{written(current)}</Fact>
          {proposed && <Fact name={say('would')}>{written(proposed.value)}</Fact>}
          {proposed && <Fact name={say('why')}>{proposed.reason}</Fact>}
        </Facts>
        {attested && <Text size="sm">{say('attested', { name: attested.name ?? attested.did })}</Text>}
        {isChanged && <Text size="sm">{say('changed')}</Text>}
        {accept.error && <Failure error={accept.error} />}
        {state === 'open' && (
          <Group>
            {proposed && !attested && (
              <Button
                loading={accept.isPending}
                onClick={() =>
                  accept.mutate(
                    { id, ...(isChanged && { anyway: true }) },
                    { onSuccess: () => tell({ text: say('accepted') }) },
                  )
                }
              >
                {say('accept')}
              </Button>
            )}
            <Button variant="default" onClick={onDecline}>
              {say('decline')}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  )
}

/** What we proposed to partners, and what became of it. */
function Proposed() {
  const say = useWords(texts)
  const { claim } = useNames()
  const { moment } = useFormats()
  const list = useList('corrections.sent', { limit: 50 })
  return (
    <Section title={say('ours')}>
      <Loaded of={list}>
        {list.items?.length === 0 && <Text c="dimmed">{say('ours_none')}</Text>}
        {list.items?.map((one) => (
          <Paper key={one.id} withBorder p="md" radius="md">
            <Text fw={600} className="breakable">
              {claim(one.claim).what} · {one.partner.name}
            </Text>
            <Text size="sm" c="dimmed">
              {say(`state_${one.state}`)} · {moment(one.proposed_at)}
            </Text>
            {typeof one.proposed?.value === 'string' && (
              <Text size="sm" className="breakable">
                {say('new_value', { value: one.proposed.value })}
              </Text>
            )}
          </Paper>
        ))}
        <More list={list} />
      </Loaded>
    </Section>
  )
}
