import {
  Badge,
  Button,
  Group,
  NativeSelect,
  NumberInput,
  Paper,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useChange, useList } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Failure, Loaded, More, Page, Section } from '../../ui/page'
import { useTyped } from '../../ui/typed'
import { useNames } from '../../words/names'
import { isPartnerWord, partnerWords } from '../../words/partners'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Oproepen',
    lead: 'Roep iedereen op met dezelfde rol, zoals invallers. Wie er toestemming voor gaf krijgt hem.',
    start: 'Een oproep doen',
    role: 'Wie roept u op?',
    subject: 'Onderwerp',
    body: 'Oproep',
    wanted: 'Hoeveel mensen hebt u nodig?',
    wanted_hint: 'De oproep sluit vanzelf als zoveel mensen ja zeggen; leeg: hij blijft open.',
    until: 'Antwoorden kan tot en met',
    send: 'Oproepen',
    list: 'Uw oproepen',
    none: 'U deed nog geen oproep.',
    open: 'open',
    closed: 'gesloten',
    tally: '{yes} ja · {maybe} misschien · {no} nee',
    of: '{yes} van {wanted} · {maybe} misschien · {no} nee',
  },
  en: {
    title: 'Call-ups',
    lead: 'Call up everybody in a role, such as substitutes. Whoever gave a grant for it gets it.',
    start: 'Make a call-up',
    role: 'Whom do you call up?',
    subject: 'Subject',
    body: 'Call-up',
    wanted: 'How many people do you need?',
    wanted_hint: 'The call-up closes by itself once so many said yes; empty: it stays open.',
    until: 'Can be answered until',
    send: 'Call up',
    list: 'Your call-ups',
    none: 'You made no call-up yet.',
    open: 'open',
    closed: 'closed',
    tally: '{yes} yes · {maybe} maybe · {no} no',
    of: '{yes} of {wanted} · {maybe} maybe · {no} no',
  },
})

const roles = [
  ...(['substitute', 'freelancer', 'employee', 'volunteer'] as const),
  ...(['customer', 'supplier', 'intermediary'] as const),
] as const

/** Calling everybody of a role up, and how many come. */
export default function CallUps() {
  const say = useWords(texts)
  const sayPartner = useWords(partnerWords)
  const { code } = useNames()
  const { moment } = useFormats()
  const list = useList('call_ups.list', { limit: 50 })
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Section title={say('start')}>
        <Start />
      </Section>
      <Section title={say('list')}>
        <Loaded of={list}>
          {list.items?.length === 0 && <Text c="dimmed">{say('none')}</Text>}
          {list.items?.map((one) => (
            <Paper key={one.id} withBorder p="md" radius="md">
              <Group gap="xs">
                <TextLink to="/messages/call-ups/$id" params={{ id: one.id }} fw={600} className="breakable">
                  {one.subject}
                </TextLink>
                <Badge variant="light" color={one.state === 'open' ? 'regie' : 'gray'}>
                  {say(one.state)}
                </Badge>
              </Group>
              <Text size="sm" c="dimmed">
                {isPartnerWord(one.role) ? sayPartner(one.role) : code(one.role)} · {moment(one.at)}
              </Text>
              <Text size="sm">
                {say(one.wanted === null ? 'tally' : 'of', {
                  yes: one.yes,
                  maybe: one.maybe,
                  no: one.no,
                  wanted: one.wanted ?? 0,
                })}
              </Text>
            </Paper>
          ))}
          <More list={list} />
        </Loaded>
      </Section>
    </Page>
  )
}

function Start() {
  const say = useWords(texts)
  const sayPartner = useWords(partnerWords)
  const navigate = useNavigate()
  const start = useChange('call_ups.start', ['call_ups.', 'messages.'])
  const empty = { role: 'substitute', subject: '', body: '', wanted: '' as string | number, until: '' }
  const [typed, type, forget] = useTyped('call-up', empty)
  return (
    <Paper
      component="form"
      withBorder
      p="md"
      radius="md"
      className="no-print"
      onSubmit={(event) => {
        event.preventDefault()
        const { subject, body, wanted, until } = typed
        start.mutate(
          {
            ...{ role: roles.find((one) => one === typed.role) ?? 'substitute', subject, body },
            ...(wanted !== '' && { wanted: Number(wanted) }),
            ...(until !== '' && { until }),
          },
          {
            onSuccess: ({ id }) => {
              type(empty)
              forget()
              void navigate({ to: '/messages/call-ups/$id', params: { id } })
            },
          },
        )
      }}
    >
      <Stack gap="sm" align="flex-start">
        <NativeSelect
          label={say('role')}
          value={typed.role}
          data={roles.map((value) => ({ value, label: sayPartner(value) }))}
          onChange={({ currentTarget: { value } }) => type({ role: value })}
        />
        <TextInput
          label={say('subject')}
          required
          maxLength={200}
          w="100%"
          value={typed.subject}
          onChange={({ currentTarget: { value } }) => type({ subject: value })}
        />
        <Textarea
          label={say('body')}
          required
          autosize
          minRows={4}
          w="100%"
          value={typed.body}
          onChange={({ currentTarget: { value } }) => type({ body: value })}
        />
        <NumberInput
          label={say('wanted')}
          description={say('wanted_hint')}
          min={1}
          value={typed.wanted}
          onChange={(wanted) => type({ wanted })}
        />
        <TextInput
          type="date"
          label={say('until')}
          value={typed.until}
          onChange={({ currentTarget: { value } }) => type({ until: value })}
        />
        {start.error && <Failure error={start.error} />}
        <Button type="submit" loading={start.isPending}>
          {say('send')}
        </Button>
      </Stack>
    </Paper>
  )
}
