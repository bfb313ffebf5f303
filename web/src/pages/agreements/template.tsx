import { Badge, Button, Group, Paper, Stack } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Fact, Facts, Loaded, Page, Section } from '../../ui/page'
import { PlainMarkdown } from '../../ui/text'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { common } from '../../words/common'
import { useFormats, useLanguage, useWords, words } from '../../words/words'
import { LawChanged } from './law-changed'

const texts = words({
  nl: {
    template: 'Contractmodel',
    library: 'Naar de bibliotheek',
    state: 'Stand',
    version: 'Versie',
    draft: 'concept',
    published: 'vastgesteld',
    published_at: 'Vastgesteld op',
    source: 'Herkomst',
    taken: 'overgenomen van MYOBI',
    own: 'van uw bedrijf',
    secrets: 'Bedrijfsgeheimen',
    secrets_yes: 'mogen onder een overeenkomst hiervan worden getoond',
    laws: 'Rust op',
    surviving: 'Blijft na afloop gelden',
    asks: 'Wat wordt ingevuld',
    text: 'De tekst',
    use: 'Hiermee een overeenkomst beginnen',
    go_on: 'Verder schrijven',
    newer: 'Een nieuwe versie schrijven',
    publish: 'Vaststellen',
    publish_what:
      'Versie {version} van “{title}” blijft dan zoals zij is; wie iets wil veranderen schrijft een nieuwe versie.',
    done: 'Versie {version} is vastgesteld.',
  },
  en: {
    template: 'Template',
    library: 'To the library',
    state: 'State',
    version: 'Version',
    draft: 'draft',
    published: 'published',
    published_at: 'Published on',
    source: 'Origin',
    taken: 'taken over from MYOBI',
    own: 'of your company',
    secrets: 'Trade secrets',
    secrets_yes: 'may be shown under an agreement made from it',
    laws: 'Rests on',
    surviving: 'Stays in force afterwards',
    asks: 'What is filled in',
    text: 'The text',
    use: 'Begin an agreement with it',
    go_on: 'Go on writing',
    newer: 'Write a new version',
    publish: 'Publish',
    publish_what:
      'Version {version} of “{title}” then stays as it is; whoever wants to change something writes a new version.',
    done: 'Version {version} is published.',
  },
})

export default function TemplatePage() {
  const say = useWords(texts)
  const { language } = useLanguage()
  const { id, version } = useParams({ from: '/inside/agreements/library/$id/$version' })
  const template = useRead('contracts.show', { id, version: Number(version) })
  return (
    <Page
      title={template.data?.title[language] ?? say('template')}
      actions={<TextLink to="/agreements/library">{say('library')}</TextLink>}
    >
      <Loaded of={template}>{template.data && <Shown template={template.data} />}</Loaded>
    </Page>
  )
}

function Shown({ template }: { readonly template: Output<'contracts.show'> }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const { language } = useLanguage()
  const { day } = useFormats()
  const who = useWho()
  const tell = useTell()
  const publish = useChange('contracts.publish', ['contracts.'])
  const [isAsking, ask] = useState(false)
  const { id, version, digest, state, source, published_at, title, content } = template
  const labels = new Map(content.fields.map(({ name, label }) => [name, label[language]]))
  const text = content.body[language].replaceAll(
    /\{\{([^{}]*)\}\}/g,
    (_all, name: string) => `[${labels.get(name) ?? name}]`,
  )
  return (
    <Stack gap="lg">
      <Paper withBorder p="lg" radius="md">
        <Facts>
          <Fact name={say('state')}>
            <Badge variant="light" color={state === 'published' ? 'regie' : 'gray'}>
              {say(state)}
            </Badge>
          </Fact>
          <Fact name={say('version')}>{version}</Fact>
          {published_at !== null && <Fact name={say('published_at')}>{day(published_at)}</Fact>}
          <Fact name={say('source')}>{say(source === null ? 'own' : 'taken')}</Fact>
          {content.trade_secrets && <Fact name={say('secrets')}>{say('secrets_yes')}</Fact>}
          <Fact name={say('laws')}>
            {content.laws.map(({ name, articles }) => `${name} (${articles})`).join(' · ') || shared('none')}
          </Fact>
          <Fact name={say('surviving')}>{content.surviving[language].join(' · ') || shared('none')}</Fact>
          <Fact name={say('asks')}>{[...labels.values()].join(' · ') || shared('none')}</Fact>
        </Facts>
      </Paper>
      <Group className="no-print">
        {state === 'published' && hasRole(who, 'contract_author') && (
          <Button
            renderRoot={(props) => (
              <Link to="/agreements/new" search={{ template: `${id}/${version}` }} {...props} />
            )}
          >
            {say('use')}
          </Button>
        )}
        {source === null && hasRole(who, 'contract_author') && (
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link to="/agreements/library/write" search={{ from: `${id}/${version}` }} {...props} />
            )}
          >
            {say(state === 'draft' ? 'go_on' : 'newer')}
          </Button>
        )}
        {state === 'draft' && hasRole(who, 'contract_authority') && (
          <Button onClick={() => ask(true)}>{say('publish')}</Button>
        )}
        {content.laws.length > 0 && hasRole(who, 'contract_authority') && <LawChanged laws={content.laws} />}
      </Group>
      <Section title={say('text')}>
        <Paper withBorder p="lg" radius="md">
          <PlainMarkdown text={text} top={3} />
        </Paper>
      </Section>
      {isAsking && (
        <Confirm
          title={say('publish')}
          text={say('publish_what', { version, title: title[language] })}
          sure={say('publish')}
          isHarmless
          error={publish.error}
          busy={publish.isPending}
          onClose={() => ask(false)}
          onSure={() =>
            publish.mutate(
              { id, version, digest },
              {
                onSuccess: () => {
                  ask(false)
                  tell({ text: say('done', { version }) })
                },
              },
            )
          }
        />
      )}
    </Stack>
  )
}
