import { Badge, Button, Group, Paper, Radio, Stack, Text } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useChange, useList } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Failure, Loaded, More, Page, Section } from '../../ui/page'
import { hasRole, useWho } from '../../who'
import { presentationWords } from '../../words/presentations'
import { useFormats, useWords, words } from '../../words/words'
import { LinkOrPhoto } from './link-or-photo'

const texts = words({
  nl: {
    title: 'Aantonen',
    lead: 'Iemand vraagt u iets te bewijzen. U ziet eerst wie het vraagt en wat; er gaat niets weg zonder uw ja.',
    look: 'Bekijken wat er wordt gevraagd',
    text: 'U kreeg een link of QR-code van wie iets wil nagaan. Plak de link, of kies een foto van de code.',
    whose: 'Over wie gaat het?',
    me: 'over mij',
    company: 'over het bedrijf',
    open: 'Bekijken',
    earlier: 'Aan u gevraagd',
    none: 'Niemand vroeg u nog iets aan te tonen. Kreeg u een link, plak hem dan hierboven.',
    asked: '{name} vroeg om een bewijs',
    as_text: 'Een bewijs als tekst maken',
  },
  en: {
    title: 'Prove',
    lead: 'Somebody asks you to prove something. You see first who asks and what; nothing leaves without your yes.',
    look: 'Look at what is asked',
    text: 'Whoever wants to check something gave you a link or QR code. Paste the link, or choose a photo of the code.',
    whose: 'Whom is it about?',
    me: 'about me',
    company: 'about the company',
    open: 'Look at it',
    earlier: 'Asked of you',
    none: 'Nobody asked you to prove anything yet. If you got a link, paste it above.',
    asked: '{name} asked for a proof',
    as_text: 'Make a proof as text',
  },
})

/** What verifiers asked her by a link, and the next one. */
export default function PresentationsPage() {
  const say = useWords(texts)
  const sayState = useWords(presentationWords)
  const { moment } = useFormats()
  const list = useList('presentations.list', {})
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={<TextLink to="/data/presentations/new">{say('as_text')}</TextLink>}
    >
      <Open />
      <Section title={say('earlier')}>
        <Loaded of={list}>
          {list.items?.length === 0 && <Empty>{say('none')}</Empty>}
          {list.items?.map(({ id, verifier, state, of, asked_at }) => (
            <Paper
              key={id}
              withBorder
              p="md"
              radius="md"
              component={Link}
              to={`/data/presentations/${id}`}
              className="card-link"
            >
              <Group justify="space-between" align="flex-start" wrap="wrap" gap="xs">
                <Text fw={600} className="breakable" flex="1 1 14rem">
                  {say('asked', { name: verifier.name ?? verifier.client_id })}
                </Text>
                <Badge variant="light" color={state === 'pending' ? 'orange' : 'gray'}>
                  {sayState(state)}
                </Badge>
              </Group>
              <Text size="sm" c="dimmed">
                {sayState(`of_${of}`)} · {moment(asked_at)}
              </Text>
            </Paper>
          ))}
          <More list={list} />
        </Loaded>
      </Section>
    </Page>
  )
}

function Open() {
  const say = useWords(texts)
  const who = useWho()
  const navigate = useNavigate()
  const open = useChange('presentations.open', ['presentations.'])
  const [link, setLink] = useState('')
  const [whose, setWhose] = useState<'me' | 'company'>('me')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    open.mutate(
      { link: link.trim(), of: whose },
      { onSuccess: ({ id }) => navigate({ to: '/data/presentations/$id', params: { id } }) },
    )
  }
  return (
    <Section title={say('look')}>
      <Paper withBorder p="md" radius="md" component="form" onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{say('text')}</Text>
          <LinkOrPhoto link={link} onLink={setLink} />
          {hasRole(who, 'administrator') && (
            <Radio.Group
              label={say('whose')}
              value={whose}
              onChange={(value) => setWhose(value as typeof whose)}
            >
              <Group mt={4}>
                <Radio value="me" label={say('me')} />
                <Radio value="company" label={say('company')} />
              </Group>
            </Radio.Group>
          )}
          {open.error && <Failure error={open.error} />}
          <Group>
            <Button type="submit" loading={open.isPending} disabled={link.trim() === ''}>
              {say('open')}
            </Button>
          </Group>
        </Stack>
      </Paper>
    </Section>
  )
}
