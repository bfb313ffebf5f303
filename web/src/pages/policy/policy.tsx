import { Badge, Group, Paper, Stack, Text } from '@mantine/core'
import type { Output } from '../../api/call'
import { useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, Page, Section } from '../../ui/page'
import { useWho } from '../../who'
import { policyWords } from '../../words/policy'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'TTP-policy',
    lead: 'De afspraken waar iedereen in het vertrouwensnetwerk zich aan houdt. U leest ze en aanvaardt ze zelf; wie het bedrijf vertegenwoordigt doet dat ook namens het bedrijf.',
    pending: 'Nog te aanvaarden',
    nothing: 'U hebt alles aanvaard wat nu van u gevraagd wordt.',
    current: 'Wat nu geldt',
    by_whom: 'Te aanvaarden {who}',
    deadline: 'vóór {day}; wie dan niet heeft aanvaard, wordt geschorst',
    announced: 'aangekondigd, nog niemand vraagt erom',
    missing: '{n, plural, one {nog # ander moet meetekenen} other {nog # anderen moeten meetekenen}}',
    read_accept: 'Lezen en aanvaarden',
    and: 'en',
  },
  en: {
    title: 'TTP policy',
    lead: 'What everybody in the trust network keeps to. You read it and accept it yourself; who represents the company also does so on its behalf.',
    pending: 'Still to be accepted',
    nothing: 'You accepted all that is asked of you now.',
    current: 'What holds now',
    by_whom: 'To be accepted {who}',
    deadline: 'before {day}; who did not accept by then is suspended',
    announced: 'announced, nobody asks for it yet',
    missing: '{n, plural, one {# other has to sign along} other {# others have to sign along}}',
    read_accept: 'Read and accept',
    and: 'and',
  },
})

type Pending = Output<'policy.pending'>['items'][number]

export default function PolicyPage() {
  const say = useWords(texts)
  const sayPolicy = useWords(policyWords)
  const { day } = useFormats()
  const pending = useRead('policy.pending', {})
  const current = useRead('policy.show', {})
  const items = pending.data?.items ?? []
  const versions = [...new Set(items.map(({ version }) => version))].toSorted((one, other) => one - other)
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Section title={say('pending')}>
        <Loaded of={pending}>
          {versions.length === 0 && <Empty>{say('nothing')}</Empty>}
          {versions.map((version) => (
            <PendingVersion
              key={version}
              version={version}
              asked={items.filter((one) => one.version === version)}
            />
          ))}
        </Loaded>
      </Section>
      <Section title={say('current')}>
        <Loaded of={current}>
          {current.data && (
            <Paper withBorder p="md" radius="md">
              <Group justify="space-between">
                <Text>
                  <b>{sayPolicy('version', { version: current.data.version })}</b>{' '}
                  <span className="dimmed">
                    {sayPolicy('effective', { day: day(current.data.effective) })}
                  </span>
                </Text>
                <TextLink to="/policy/versions/$version" params={{ version: String(current.data.version) }}>
                  {sayPolicy('read')}
                </TextLink>
              </Group>
            </Paper>
          )}
        </Loaded>
      </Section>
    </Page>
  )
}

function PendingVersion({
  version,
  asked,
}: {
  readonly version: number
  readonly asked: readonly Pending[]
}) {
  const say = useWords(texts)
  const sayPolicy = useWords(policyWords)
  const { day } = useFormats()
  const who = useWho()
  const [first] = asked
  const deadline = asked.find((one) => one.deadline !== null)?.deadline ?? null
  const isAnnounced = deadline === null && first !== undefined && Date.parse(first.effective) > Date.now()
  const missing = asked.find((one) => one.missing !== null && one.missing > 0)?.missing ?? null
  const parties = asked.map(({ party }) =>
    party === 'you' ? sayPolicy('for_you') : sayPolicy('for_company', { company: who.organisation.name }),
  )
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} flex="1 1 16rem">
          <Group gap="xs">
            <Text fw={600}>{sayPolicy('version', { version })}</Text>
            {isAnnounced && <Badge variant="light">{say('announced')}</Badge>}
          </Group>
          <Text size="sm" c="dimmed" className="breakable">
            {[
              first && sayPolicy('effective', { day: day(first.effective) }),
              say('by_whom', { who: parties.join(` ${say('and')} `) }),
              deadline !== null && say('deadline', { day: day(deadline) }),
              missing !== null && say('missing', { n: missing }),
            ]
              .filter((part) => typeof part === 'string')
              .join(' · ')}
          </Text>
        </Stack>
        <TextLink to="/policy/versions/$version" params={{ version: String(version) }}>
          {say('read_accept')}
        </TextLink>
      </Group>
    </Paper>
  )
}
