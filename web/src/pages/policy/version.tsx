import { Button, Checkbox, Group, Paper, Stack, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Loaded, Page, Section } from '../../ui/page'
import { PlainMarkdown } from '../../ui/text'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { policyWords } from '../../words/policy'
import { useFormats, useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'TTP-policy, versie {version}',
    contents: 'Inhoud',
    decides: 'De Nederlandse tekst beslist.',
    accept: 'Aanvaarden',
    nothing: 'U hoeft deze versie niet (meer) te aanvaarden.',
    read_it: 'Ik heb deze versie gelezen',
    for_me: 'Aanvaarden voor mijzelf',
    for_company: 'Aanvaarden namens {company}',
    sure_me:
      'U ondertekent versie {version} van de TTP-policy met uw eigen sleutel. Dat is uw bewijs, en dat van het netwerk.',
    sure_company:
      'U ondertekent versie {version} van de TTP-policy met uw eigen sleutel, als wettelijk vertegenwoordiger van {company}.',
    done_me: 'U hebt versie {version} aanvaard.',
    done_company: '{company} heeft versie {version} aanvaard.',
    done_part:
      'U hebt getekend. {n, plural, one {Nog # ander moet meetekenen.} other {Nog # anderen moeten meetekenen.}}',
  },
  en: {
    title: 'TTP policy, version {version}',
    contents: 'Contents',
    decides: 'The Dutch text decides.',
    accept: 'Accepting',
    nothing: 'You need not accept this version (any more).',
    read_it: 'I have read this version',
    for_me: 'Accept for myself',
    for_company: 'Accept on behalf of {company}',
    sure_me:
      'You sign version {version} of the TTP policy with your own key. It is your proof, and that of the network.',
    sure_company:
      'You sign version {version} of the TTP policy with your own key, as the legal representative of {company}.',
    done_me: 'You accepted version {version}.',
    done_company: '{company} accepted version {version}.',
    done_part:
      'You signed. {n, plural, one {# other has to sign along.} other {# others have to sign along.}}',
  },
})

export default function PolicyVersion() {
  const say = useWords(texts)
  const sayPolicy = useWords(policyWords)
  const { language } = useLanguage()
  const { day } = useFormats()
  const version = Number(useParams({ from: '/inside/policy/versions/$version' }).version)
  const policy = useRead('policy.version', { version })
  const documents = policy.data?.documents.filter(({ lang }) => lang === language) ?? []
  return (
    <Page
      title={say('title', { version })}
      lead={policy.data ? sayPolicy('effective', { day: day(policy.data.effective) }) : ''}
      actions={
        version > 1 && (
          <TextLink to="/policy/changes" search={{ from: version - 1, to: version }}>
            {sayPolicy('changes', { from: version - 1 })}
          </TextLink>
        )
      }
    >
      <Loaded of={policy}>
        {documents.length > 1 && (
          <nav aria-label={say('contents')} className="no-print">
            <ul>
              {documents.map(({ title, digest }) => (
                <li key={digest}>
                  <a href={`#${idOf(digest)}`}>{title}</a>
                </li>
              ))}
            </ul>
          </nav>
        )}
        {language !== 'nl' && <Text size="sm">{say('decides')}</Text>}
        {documents.map(({ title, text, digest }) => (
          <Paper key={digest} withBorder p="lg" radius="md" id={idOf(digest)}>
            <Section title={title}>
              <PlainMarkdown text={withoutTitle(text)} top={2} />
            </Section>
          </Paper>
        ))}
        {policy.data && <Accepting policy={policy.data} />}
      </Loaded>
    </Page>
  )
}

const idOf = (digest: string) => `part-${digest.slice('sha-256:'.length)}`

/** The title of a document stands above it already. */
const withoutTitle = (text: string) => text.replace(/^# .*\n/, '')

function Accepting({ policy }: { readonly policy: Output<'policy.version'> }) {
  const say = useWords(texts)
  const who = useWho()
  const tell = useTell()
  const { version, digest } = policy
  const company = who.organisation.name
  const pending = useRead('policy.pending', {})
  const accept = useChange('policy.accept', ['policy.'])
  const acceptCompany = useChange('policy.accept-company', ['policy.'])
  const [isRead, setRead] = useState(false)
  const [asking, ask] = useState<'you' | 'company' | null>(null)
  const asked = (pending.data?.items ?? []).filter((one) => one.version === version)
  const mine = asked.some(({ party }) => party === 'you')
  const ours = hasRole(who, 'administrator') && asked.some(({ party }) => party === 'company')
  const input = { accept: version, digest }
  return (
    <Section title={say('accept')}>
      <Loaded of={pending}>
        {!mine && !ours ? (
          <Text>{say('nothing')}</Text>
        ) : (
          <Stack gap="sm" align="flex-start">
            <Checkbox
              label={say('read_it')}
              checked={isRead}
              onChange={(event) => setRead(event.currentTarget.checked)}
            />
            <Group>
              {mine && (
                <Button disabled={!isRead} onClick={() => ask('you')}>
                  {say('for_me')}
                </Button>
              )}
              {ours && (
                <Button
                  variant={mine ? 'light' : 'filled'}
                  disabled={!isRead}
                  onClick={() => ask('company')}
                  h="auto"
                  mih={36}
                  styles={{ label: { whiteSpace: 'normal' } }}
                >
                  {say('for_company', { company })}
                </Button>
              )}
            </Group>
          </Stack>
        )}
      </Loaded>
      {asking === 'you' && (
        <Confirm
          title={say('for_me')}
          text={say('sure_me', { version })}
          sure={say('for_me')}
          isHarmless
          error={accept.error}
          busy={accept.isPending}
          onClose={() => ask(null)}
          onSure={() =>
            accept.mutate(input, {
              onSuccess: () => {
                ask(null)
                tell({ text: say('done_me', { version }) })
              },
            })
          }
        />
      )}
      {asking === 'company' && (
        <Confirm
          title={say('for_company', { company })}
          text={say('sure_company', { version, company })}
          sure={say('for_company', { company })}
          isHarmless
          error={acceptCompany.error}
          busy={acceptCompany.isPending}
          onClose={() => ask(null)}
          onSure={() =>
            acceptCompany.mutate(input, {
              onSuccess: ({ missing }) => {
                ask(null)
                tell({
                  text:
                    missing > 0
                      ? say('done_part', { n: missing })
                      : say('done_company', { company, version }),
                })
              },
            })
          }
        />
      )}
    </Section>
  )
}
