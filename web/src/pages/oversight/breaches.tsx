import { Badge, Button, Checkbox, Group, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Input } from '../../api/call'
import { useChange, useList } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { hasRole, useWho } from '../../who'
import { breachWords } from '../../words/breaches'
import { useFormats, useWords, words } from '../../words/words'
import { BreachClock } from './breach-clock'

const texts = words({
  nl: {
    title: 'Datalekken',
    lead: 'Kwamen gegevens bij iemand die ze niet mocht zien, of zijn ze weg? De klok loopt vanaf de ontdekking.',
    empty: 'Er is geen datalek vastgelegd.',
    open: 'Datalek vastleggen',
    open_what: 'U hoeft nog niet alles te weten; u vult later aan.',
    name: 'Korte naam',
    what: 'Wat is er gebeurd?',
    nature: 'Wat gebeurde er met de gegevens?',
    from: 'Begonnen op zijn vroegst',
    discovered: 'Ontdekt',
    discovered_help: 'Leeg: nu. Vanaf dit moment loopt de klok.',
    found: 'ontdekt {at}',
  },
  en: {
    title: 'Breaches',
    lead: 'Did data reach somebody who should not see them, or are they gone? The clock runs from the discovery.',
    empty: 'No breach was written down.',
    open: 'Write down a breach',
    open_what: 'You need not know everything yet; you add to it later.',
    name: 'Short name',
    what: 'What happened?',
    nature: 'What happened to the data?',
    from: 'Began at the earliest',
    discovered: 'Discovered',
    discovered_help: 'Empty: now. The clock runs from this moment.',
    found: 'discovered {at}',
  },
})

export default function Breaches() {
  const say = useWords(texts)
  const sayBreach = useWords(breachWords)
  const { moment } = useFormats()
  const who = useWho()
  const list = useList('breaches.list', { limit: 50 })
  const [isOpening, setOpening] = useState(false)
  const open = hasRole(who, 'administrator') && (
    <Button onClick={() => setOpening(true)}>{say('open')}</Button>
  )
  return (
    <Page title={say('title')} lead={say('lead')} actions={open}>
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say('empty')}</Empty>}
        <Stack gap="sm">
          {list.items?.map((one) => (
            <Paper
              key={one.id}
              withBorder
              p="md"
              radius="md"
              component={Link}
              to={`/oversight/breaches/${one.id}`}
              className="card-link"
            >
              <Group justify="space-between" wrap="wrap" gap="xs">
                <Text fw={600} className="breakable" flex="1 1 12rem">
                  {one.title}
                </Text>
                <Badge variant="light">{sayBreach(one.state)}</Badge>
              </Group>
              <Group gap="xs" fz="sm">
                <Text size="sm" c="dimmed">
                  {say('found', { at: moment(one.discovered_at) })}
                </Text>
                <BreachClock one={one} />
              </Group>
            </Paper>
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
      {isOpening && <OpenCase onClose={() => setOpening(false)} />}
    </Page>
  )
}

type Nature = NonNullable<Input<'breaches.open'>['nature']>[number]
const natures: readonly Nature[] = ['confidentiality', 'integrity', 'availability']

function OpenCase({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(texts)
  const sayBreach = useWords(breachWords)
  const navigate = useNavigate()
  const open = useChange('breaches.open', ['breaches.'])
  const [title, setTitle] = useState('')
  const [description, setDescription] = useState('')
  const [nature, setNature] = useState<string[]>([])
  const [from, setFrom] = useState('')
  const [discovered, setDiscovered] = useState('')
  const chosen = natures.filter((one) => nature.includes(one))
  const send = () =>
    open.mutate(
      {
        ...{ title: title.trim(), description: description.trim(), from },
        ...(chosen.length > 0 && { nature: chosen }),
        ...(discovered !== '' && { discovered_at: discovered }),
      },
      { onSuccess: ({ id }) => navigate({ to: `/oversight/breaches/${id}` }) },
    )
  return (
    <Confirm
      title={say('open')}
      text={say('open_what')}
      sure={say('open')}
      isHarmless
      isReady={title.trim() !== '' && description.trim() !== '' && from !== ''}
      error={open.error}
      busy={open.isPending}
      onSure={send}
      onClose={onClose}
    >
      <TextInput
        label={say('name')}
        required
        maxLength={200}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Textarea
        label={say('what')}
        required
        autosize
        minRows={3}
        maxLength={4000}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <Checkbox.Group label={say('nature')} value={nature} onChange={setNature}>
        <Stack gap="xs" mt="xs">
          {natures.map((value) => (
            <Checkbox key={value} value={value} label={sayBreach(value)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <TextInput
        label={say('from')}
        type="date"
        required
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        label={say('discovered')}
        description={say('discovered_help')}
        type="datetime-local"
        value={discovered}
        onChange={(event) => setDiscovered(event.currentTarget.value)}
      />
    </Confirm>
  )
}
