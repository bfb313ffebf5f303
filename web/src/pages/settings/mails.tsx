import { Badge, Button, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useChange, useList, useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Failure, Loaded, More, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { mailStates, useMailNames } from '../../words/mails'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'E-mails',
    lead: 'Wat deze omgeving mailde of klaar heeft staan. Aan wie en wat erin staat, ziet u per e-mail.',
    show: 'Toon',
    all: 'alle e-mails',
    none: 'Er zijn geen e-mails.',
    tried: '{n, plural, one {# keer geprobeerd} other {# keer geprobeerd}}',
    back: 'Adressen die weigeren',
    back_lead: 'Een adres dat vaak weigert, krijgt geen e-mails meer tot u het weer toestaat.',
    address: 'Adres met kenmerk {mark}',
    times: '{n, plural, one {# keer teruggekomen} other {# keer teruggekomen}}',
    last: 'het laatst op {moment}',
    blocked: 'wordt niet meer gemaild',
    allow: 'Weer mailen',
    allowed: 'Dit adres wordt weer gemaild.',
    see: 'De laatste e-mail eraan',
  },
  en: {
    title: 'E-mails',
    lead: 'What this place mailed or has ready. To whom and what it says you see for each.',
    show: 'Show',
    all: 'all e-mails',
    none: 'There are no e-mails.',
    tried: '{n, plural, one {tried once} other {tried # times}}',
    back: 'Addresses that refuse',
    back_lead: 'An address that refuses often is mailed no more until you allow it again.',
    address: 'Address with mark {mark}',
    times: '{n, plural, one {came back once} other {came back # times}}',
    last: 'last on {moment}',
    blocked: 'is mailed no more',
    allow: 'Mail again',
    allowed: 'This address is mailed again.',
    see: 'The last e-mail to it',
  },
})

const states = ['draft', 'queued', 'kept', 'sent', 'bounced', 'cancelled'] as const

/** What the node mailed, and drafts that wait for somebody to read them. */
export default function Mails() {
  const say = useWords(texts)
  const sayState = useWords(mailStates)
  const mailName = useMailNames()
  const { moment } = useFormats()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/settings/mails' })
  const state = states.find((one) => one === search.state)
  const list = useList('mails.list', { limit: 50, ...(state && { state }) })
  return (
    <Page title={say('title')} lead={say('lead')}>
      <NativeSelect
        className="no-print"
        label={say('show')}
        maw={320}
        value={state ?? ''}
        data={[
          { value: '', label: say('all') },
          ...states.map((value) => ({ value, label: sayState(value) })),
        ]}
        onChange={({ currentTarget: { value } }) =>
          navigate({ to: '/settings/mails', search: { state: value || undefined }, replace: true })
        }
      />
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say('none')}</Empty>}
        <Stack gap="sm">
          {list.items?.map((mail) => (
            <Paper key={mail.id} withBorder p="md" radius="md">
              <Group gap="xs">
                <TextLink to="/settings/mails/$id" params={{ id: mail.id }} fw={600}>
                  {mailName(mail.template)}
                </TextLink>
                <Badge variant="light" color={mail.state === 'bounced' ? 'red' : 'gray'}>
                  {sayState(mail.state)}
                </Badge>
              </Group>
              <Text size="sm" c="dimmed" className="breakable">
                {[
                  moment(mail.settled_at ?? mail.queued_at ?? mail.created_at),
                  mail.attempts > 1 && say('tried', { n: mail.attempts }),
                  mail.last_error,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
            </Paper>
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
      <Refusing />
    </Page>
  )
}

function Refusing() {
  const say = useWords(texts)
  const { moment } = useFormats()
  const tell = useTell()
  const found = useRead('mails.bounced', { limit: 100 })
  const allow = useChange('mails.allow', ['mails.'])
  if (found.data?.items.length === 0) return null
  return (
    <Section title={say('back')}>
      <Text size="sm" c="dimmed">
        {say('back_lead')}
      </Text>
      {allow.error && <Failure error={allow.error} />}
      <Loaded of={found}>
        {found.data?.items.map(({ address, bounces, blocked, code, last_at, last_mail }) => (
          <Paper key={address} withBorder p="md" radius="md">
            <Group justify="space-between">
              <Stack gap={4}>
                <Text fw={600}>{say('address', { mark: address })}</Text>
                <Text size="sm" c="dimmed" className="breakable">
                  {[
                    say('times', { n: bounces }),
                    last_at && say('last', { moment: moment(last_at) }),
                    blocked && say('blocked'),
                    code,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </Text>
                {last_mail !== null && (
                  <TextLink to="/settings/mails/$id" params={{ id: last_mail }} size="sm">
                    {say('see')}
                  </TextLink>
                )}
              </Stack>
              {blocked && last_mail !== null && (
                <Button
                  variant="default"
                  aria-label={`${say('allow')}: ${address}`}
                  loading={allow.isPending && allow.variables?.id === last_mail}
                  onClick={() =>
                    allow.mutate({ id: last_mail }, { onSuccess: () => tell({ text: say('allowed') }) })
                  }
                >
                  {say('allow')}
                </Button>
              )}
            </Group>
          </Paper>
        ))}
      </Loaded>
    </Section>
  )
}
