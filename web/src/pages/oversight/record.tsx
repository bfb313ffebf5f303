import { Alert, Button, List, Paper, Text } from '@mantine/core'
import { useState } from 'react'
import { call, type Output } from '../../api/call'
import { useRead } from '../../api/hooks'
import { Fact, Facts, Failure, Loaded, Page, Section } from '../../ui/page'
import { saveFile } from '../../ui/save-file'
import { useSettingNames } from '../../words/processing'
import { type Language, useFormats, useLanguage, useWords, words } from '../../words/words'

type Shown = Output<'processing.record'>['record']

const texts = words({
  nl: {
    title: 'Register van verwerkingen',
    lead: 'Welke persoonsgegevens wij verwerken, waarvoor en hoe lang (AVG, artikel 30). Dit overzicht maakt zichzelf.',
    page: 'Opslaan als pagina',
    table: 'Opslaan als tabel',
    made: 'Gemaakt op',
    changed: 'Laatst gewijzigd',
    controller: 'Wie het doet',
    name: 'Organisatie',
    kvk: 'KVK-nummer',
    contact: 'Contact over persoonsgegevens',
    officer: 'Functionaris gegevensbescherming',
    role: 'Rol',
    role_controller: 'beslist zelf waarvoor',
    role_joint_controller: 'beslist samen met anderen',
    role_processor: 'werkt in opdracht van anderen',
    open: 'nog niet ingevuld',
    to_fill_in: 'Wat nog ontbreekt',
    purposes: 'Waarvoor',
    bases: 'Grondslag',
    data: 'Gegevens',
    recipients: 'Ontvangers',
    retention: 'Hoe lang',
    nobody: 'niemand',
    transfers: 'Buiten de EER',
    nowhere: 'Geen ontvanger buiten de EER bekend.',
    measures: 'Hoe het is beveiligd',
  },
  en: {
    title: 'Record of processing',
    lead: 'Which personal data we process, what for and how long (GDPR, article 30). This overview makes itself.',
    page: 'Save as a page',
    table: 'Save as a table',
    made: 'Made on',
    changed: 'Last changed',
    controller: 'Who does it',
    name: 'Organisation',
    kvk: 'KVK number',
    contact: 'Contact about personal data',
    officer: 'Data protection officer',
    role: 'Role',
    role_controller: 'decides itself what for',
    role_joint_controller: 'decides together with others',
    role_processor: 'works on behalf of others',
    open: 'not filled in yet',
    to_fill_in: 'What is still missing',
    purposes: 'What for',
    bases: 'Legal basis',
    data: 'Data',
    recipients: 'Recipients',
    retention: 'How long',
    nobody: 'nobody',
    transfers: 'Outside the EEA',
    nowhere: 'No recipient outside the EEA is known.',
    measures: 'How it is protected',
  },
})

const kinds = { html: 'text/html', csv: 'text/csv' } as const

export default function ProcessingRecord() {
  const say = useWords(texts)
  const { language } = useLanguage()
  const found = useRead('processing.record', {})
  const [failed, setFailed] = useState<unknown>(null)
  const [saving, setSaving] = useState<keyof typeof kinds | null>(null)
  const save = async (format: keyof typeof kinds) => {
    setFailed(null)
    setSaving(format)
    try {
      const { content } = await call('processing.record', { format, language })
      saveFile(`${say('title')}.${format}`, kinds[format], content ?? '')
    } catch (error) {
      setFailed(error)
    } finally {
      setSaving(null)
    }
  }
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={
        <>
          <Button variant="default" loading={saving === 'html'} onClick={() => save('html')}>
            {say('page')}
          </Button>
          <Button variant="default" loading={saving === 'csv'} onClick={() => save('csv')}>
            {say('table')}
          </Button>
        </>
      }
    >
      {failed ? <Failure error={failed} /> : null}
      <Loaded of={found}>{found.data && <Content record={found.data.record} />}</Loaded>
    </Page>
  )
}

function Content({ record }: { readonly record: Shown }) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const { moment } = useFormats()
  const { controller, transfers } = record
  const role = controller.role === null ? 'open' : (`role_${controller.role}` as const)
  return (
    <>
      <ToFillIn record={record} />
      <Section title={say('controller')}>
        <Paper withBorder p="lg" radius="md">
          <Facts>
            <Fact name={say('name')}>{controller.name}</Fact>
            {controller.kvk_number !== null && <Fact name={say('kvk')}>{controller.kvk_number}</Fact>}
            <Fact name={say('role')}>{say(role)}</Fact>
            <Fact name={say('contact')}>{controller.privacy_contact ?? say('open')}</Fact>
            <Fact name={say('officer')}>{controller.data_protection_officer ?? say('open')}</Fact>
            <Fact name={say('made')}>{moment(record.made_at)}</Fact>
            {record.last_change !== null && <Fact name={say('changed')}>{moment(record.last_change)}</Fact>}
          </Facts>
        </Paper>
      </Section>
      {record.activities.map((one) => (
        <Section key={one.code} title={one.name[language]}>
          <Paper withBorder p="lg" radius="md">
            <Facts>
              <Fact name={say('purposes')}>
                <Texts of={one.purposes.map(({ label }) => label)} />
              </Fact>
              <Fact name={say('bases')}>
                <Texts of={one.legal_bases.map(({ label }) => label)} />
              </Fact>
              <Fact name={say('data')}>
                <Texts of={one.data.map(({ label }) => label)} />
              </Fact>
              <Fact name={say('recipients')}>
                {one.recipients.length + one.recipient_groups.length === 0
                  ? say('nobody')
                  : [
                      ...one.recipients.map(({ name }) => name),
                      ...inOrder(one.recipient_groups, language),
                    ].join(', ')}
              </Fact>
              <Fact name={say('retention')}>
                {one.retention.length === 0 ? say('open') : inOrder(one.retention, language).join(' ')}
              </Fact>
            </Facts>
          </Paper>
        </Section>
      ))}
      <Section title={say('transfers')}>
        {transfers.text !== null && <Text>{transfers.text[language]}</Text>}
        {transfers.outside_eea.length === 0 ? (
          <Text c="dimmed">{say('nowhere')}</Text>
        ) : (
          <Text className="breakable">
            {transfers.outside_eea.map(({ name, country }) => `${name} (${country})`).join(', ')}
          </Text>
        )}
      </Section>
      <Section title={say('measures')}>
        <List>
          {inOrder(record.measures, language).map((text) => (
            <List.Item key={text}>{text}</List.Item>
          ))}
        </List>
      </Section>
    </>
  )
}

type InBoth = Readonly<Record<Language, string>>
const inOrder = (all: readonly InBoth[], language: Language): readonly string[] => [
  ...new Set(all.map((one) => one[language])),
]

/** What is said of an activity, or that nothing was yet. */
function Texts({ of }: { readonly of: readonly InBoth[] }) {
  const say = useWords(texts)
  const { language } = useLanguage()
  return of.length === 0 ? say('open') : inOrder(of, language).join(', ')
}

/** What only the company can say. */
function ToFillIn({ record }: { readonly record: Shown }) {
  const say = useWords(texts)
  const setting = useSettingNames()
  const { language } = useLanguage()
  if (record.to_be_filled_in.length === 0) return null
  const nameOf = new Map(record.activities.map(({ code, name }) => [code, name[language]]))
  return (
    <Alert variant="light" role="status" title={say('to_fill_in')}>
      <List size="sm">
        {record.to_be_filled_in.map(({ activity, field }) => {
          const of = activity === null ? '' : `${nameOf.get(activity) ?? ''}: `
          return (
            <List.Item key={`${activity ?? ''} ${field}`}>
              {of}
              {setting(field)}
            </List.Item>
          )
        })}
      </List>
    </Alert>
  )
}
