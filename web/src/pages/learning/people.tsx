import { Badge, Table } from '@mantine/core'
import { useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, Page } from '../../ui/page'
import { common } from '../../words/common'
import { useFormats, useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Wie slaagde',
    lead: 'Wie welke cursus haalde, en tot wanneer dat telt. Wat iemand antwoordde, ziet u hier niet.',
    empty: 'Nog niemand hoeft een cursus te doen, en nog niemand slaagde.',
    require: 'Vraag een cursus bij een rol',
    who: 'Wie',
    course: 'Cursus',
    state: 'Stand',
    until: 'Telt tot en met',
    required: 'Verplicht',
    not_passed: 'nog niet geslaagd',
    passed: 'geslaagd',
    expiring: 'geslaagd, verloopt binnenkort',
    expired: 'verlopen',
    table: 'Cursussen per persoon',
  },
  en: {
    title: 'Who passed',
    lead: 'Who passed which course, and until when it counts. What somebody answered is not shown here.',
    empty: 'Nobody needs a course yet, and nobody passed one.',
    require: 'Ask a course for a role',
    who: 'Who',
    course: 'Course',
    state: 'State',
    until: 'Counts until',
    required: 'Required',
    not_passed: 'not passed yet',
    passed: 'passed',
    expiring: 'passed, expires soon',
    expired: 'expired',
    table: 'Courses by person',
  },
})

export default function LearningPeople() {
  const say = useWords(texts)
  const shared = useWords(common)
  const { language } = useLanguage()
  const { day } = useFormats()
  const list = useRead('learning.overview', {})
  const courses = useRead('learning.courses', {})
  const titleOf = (id: string) => courses.data?.items.find((one) => one.id === id)?.title[language] ?? id
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={list}>
        {list.data?.items.length === 0 ? (
          <Empty action={<TextLink to="/learning/roles">{say('require')}</TextLink>}>{say('empty')}</Empty>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with a keyboard
          <section className="scrolls" aria-label={say('table')} tabIndex={0}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{say('who')}</Table.Th>
                  <Table.Th>{say('course')}</Table.Th>
                  <Table.Th>{say('state')}</Table.Th>
                  <Table.Th>{say('until')}</Table.Th>
                  <Table.Th>{say('required')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {list.data?.items.map(({ person, name, course, state, required, expires_at }) => (
                  <Table.Tr key={`${person} ${course}`}>
                    <Table.Th scope="row" className="breakable" miw={140}>
                      {name}
                    </Table.Th>
                    <Table.Td>{titleOf(course)}</Table.Td>
                    <Table.Td>
                      <Badge
                        variant="light"
                        miw="max-content"
                        color={state === 'passed' || state === 'expiring' ? 'regie' : 'gray'}
                      >
                        {say(state)}
                      </Badge>
                    </Table.Td>
                    <Table.Td>{expires_at === null ? '–' : day(expires_at)}</Table.Td>
                    <Table.Td>{shared(required ? 'yes' : 'no')}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        )}
      </Loaded>
    </Page>
  )
}
