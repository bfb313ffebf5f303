import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useFormats, useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Contractbibliotheek',
    lead: 'Contractmodellen voor overeenkomsten: die van uw bedrijf, en die van het contractportfolio van MYOBI.',
    write: 'Een contractmodel schrijven',
    flags: 'Opnieuw te bekijken',
    flag_template: 'Het contractmodel “{title}”, versie {version}',
    flag_agreement: 'Een overeenkomst, versie {version}',
    since: 'de wet verandert op {day}: {reason}',
    ours: 'Van uw bedrijf',
    ours_empty: 'Uw bibliotheek is nog leeg. Neem een contractmodel over uit het portfolio hieronder.',
    portfolio: 'Contractportfolio van MYOBI',
    portfolio_empty: 'Het portfolio is leeg.',
    version: 'versie {version}',
    draft: 'concept',
    published: 'vastgesteld',
    taken: 'overgenomen van MYOBI',
    have: 'in uw bibliotheek',
    take: 'Overnemen',
    take_name: 'Overnemen: {title}',
    took: '“{title}” staat in uw bibliotheek.',
    newer: 'nieuwere versie',
  },
  en: {
    title: 'Contract library',
    lead: 'Templates for agreements: those of your company, and those of the contract portfolio of MYOBI.',
    write: 'Write a template',
    flags: 'To look at again',
    flag_template: 'The template “{title}”, version {version}',
    flag_agreement: 'An agreement, version {version}',
    since: 'the law changes on {day}: {reason}',
    ours: 'Of your company',
    ours_empty: 'Your library is still empty. Take a template over from the portfolio below.',
    portfolio: 'Contract portfolio of MYOBI',
    portfolio_empty: 'The portfolio is empty.',
    version: 'version {version}',
    draft: 'draft',
    published: 'published',
    taken: 'taken over from MYOBI',
    have: 'in your library',
    take: 'Take over',
    take_name: 'Take over: {title}',
    took: '“{title}” is in your library.',
    newer: 'newer version',
  },
})

type Listed = Output<'contracts.list'>['items'][number]

export default function Library() {
  const say = useWords(texts)
  const { language } = useLanguage()
  const who = useWho()
  const list = useRead('contracts.list', {})
  const portfolio = useRead('contracts.portfolio', {})
  const items = list.data?.items ?? []
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={
        hasRole(who, 'contract_author') && (
          <Button renderRoot={(props) => <Link to="/agreements/library/write" {...props} />}>
            {say('write')}
          </Button>
        )
      }
    >
      <Flags templates={items} />
      <Section title={say('ours')}>
        <Loaded of={list}>
          {items.length === 0 && <Empty>{say('ours_empty')}</Empty>}
          <Stack gap="sm">
            {items.map(({ id, version, title, state, source }) => (
              <Paper key={`${id}/${version}`} withBorder p="md" radius="md">
                <Group gap="xs">
                  <TextLink
                    to="/agreements/library/$id/$version"
                    params={{ id, version: String(version) }}
                    fw={600}
                    className="breakable"
                  >
                    {title[language]}
                  </TextLink>
                  <Badge variant="light" color={state === 'published' ? 'regie' : 'gray'}>
                    {say(state)}
                  </Badge>
                </Group>
                <Text size="sm" c="dimmed">
                  {[say('version', { version }), ...(source === null ? [] : [say('taken')])].join(' · ')}
                </Text>
              </Paper>
            ))}
          </Stack>
        </Loaded>
      </Section>
      <Section title={say('portfolio')}>
        <Loaded of={portfolio}>
          {portfolio.data?.items.length === 0 && <Empty>{say('portfolio_empty')}</Empty>}
          <Stack gap="sm">
            {portfolio.data?.items.map((one) => (
              <Offered key={one.id} offered={one} ours={items} />
            ))}
          </Stack>
        </Loaded>
      </Section>
    </Page>
  )
}

function Offered({
  offered: { id, version, title },
  ours,
}: {
  readonly offered: Output<'contracts.portfolio'>['items'][number]
  readonly ours: readonly Listed[]
}) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const who = useWho()
  const tell = useTell()
  const take = useChange('contracts.take', ['contracts.'])
  const same = ours.filter((one) => one.id === id)
  const hasIt = same.some((one) => one.version >= version)
  const named = { title: title[language] }
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between">
        <Stack gap={4} flex="1 1 14rem">
          <Group gap="xs">
            <Text fw={600} className="breakable">
              {title[language]}
            </Text>
            {hasIt && <Badge variant="light">{say('have')}</Badge>}
            {!hasIt && same.length > 0 && <Badge variant="filled">{say('newer')}</Badge>}
          </Group>
          <Text size="sm" c="dimmed">
            {say('version', { version })}
          </Text>
        </Stack>
        {!hasIt && hasRole(who, 'contract_author', 'contract_authority') && (
          <Button
            variant="light"
            aria-label={say('take_name', named)}
            loading={take.isPending}
            onClick={() => take.mutate({ id }, { onSuccess: () => tell({ text: say('took', named) }) })}
          >
            {say('take')}
          </Button>
        )}
      </Group>
      {take.error && <Failure error={take.error} />}
    </Paper>
  )
}

/** What rests on a law that changed. */
function Flags({ templates }: { readonly templates: readonly Listed[] }) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const { day } = useFormats()
  const flags = useRead('contracts.flags', {})
  const items = flags.data?.items ?? []
  if (flags.error) return <Failure error={flags.error} onRetry={() => flags.refetch()} />
  if (items.length === 0) return null
  return (
    <Section title={say('flags')}>
      <Stack gap="sm">
        {items.map(({ kind, subject, version, law, since, reason }) => (
          <Paper key={`${kind} ${subject} ${law} ${since}`} withBorder p="md" radius="md">
            {kind === 'agreement' ? (
              <TextLink to="/agreements/$id" params={{ id: subject }} fw={600}>
                {say('flag_agreement', { version })}
              </TextLink>
            ) : (
              <TextLink
                to="/agreements/library/$id/$version"
                params={{ id: subject, version: String(version) }}
                fw={600}
              >
                {say('flag_template', {
                  title: templates.find(({ id }) => id === subject)?.title[language] ?? subject,
                  version,
                })}
              </TextLink>
            )}
            <Text size="sm" c="dimmed" className="breakable">
              {say('since', { day: day(since), reason })}
            </Text>
          </Paper>
        ))}
      </Stack>
    </Section>
  )
}
