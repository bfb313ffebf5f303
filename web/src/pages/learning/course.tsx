import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import type { Output } from '../../api/call'
import { useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Fact, Facts, Loaded, Page, Section } from '../../ui/page'
import { learningWords } from '../../words/learning'
import { useFormats, useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    lessons: 'Lessen',
    quiz: 'Toets',
    quiz_what: '{questions, plural, one {# vraag} other {# vragen}}; {percent}% goed is geslaagd.',
    begin: 'Toets beginnen',
    go_on: 'Verder met de toets',
    open_until: 'Uw toets staat open tot {at}.',
    certificate: 'Uw certificaat',
    passed_at: 'Geslaagd op',
    expires_at: 'Geldig tot en met',
    version: 'Versie van de cursus',
    where: 'Het staat ook bij uw eigen gegevens.',
    attempts: 'Uw pogingen',
    only_you: 'Alleen u ziet uw pogingen.',
    no_attempts: 'U hebt deze toets nog niet gemaakt.',
    open: 'bezig',
    passed: 'geslaagd',
    failed: 'niet gehaald',
    lapsed: 'de tijd was om',
    score: '{right} van {of} goed',
  },
  en: {
    lessons: 'Lessons',
    quiz: 'Quiz',
    quiz_what: '{questions, plural, one {# question} other {# questions}}; {percent}% right is a pass.',
    begin: 'Begin the quiz',
    go_on: 'Go on with the quiz',
    open_until: 'Your quiz is open until {at}.',
    certificate: 'Your certificate',
    passed_at: 'Passed on',
    expires_at: 'Valid until',
    version: 'Version of the course',
    where: 'It is among your own data as well.',
    attempts: 'Your attempts',
    only_you: 'Only you see your attempts.',
    no_attempts: 'You did not take this quiz yet.',
    open: 'going on',
    passed: 'passed',
    failed: 'not passed',
    lapsed: 'the time was over',
    score: '{right} of {of} right',
  },
})

type Course = Output<'learning.courses'>['items'][number]

export default function CoursePage() {
  const sayLearning = useWords(learningWords)
  const { language } = useLanguage()
  const { course: id } = useParams({ from: '/inside/learning/courses/$course' })
  const list = useRead('learning.courses', {})
  const course = list.data?.items.find((one) => one.id === id)
  return (
    <Page
      title={course?.title[language] ?? sayLearning('course')}
      {...(course && { lead: course.summary[language] })}
    >
      <Loaded of={list}>
        {course ? (
          <Shown course={course} />
        ) : (
          <Empty action={<TextLink to="/learning">{sayLearning('course')}</TextLink>}>
            {sayLearning('unknown')}
          </Empty>
        )}
      </Loaded>
    </Page>
  )
}

function Shown({ course }: { readonly course: Course }) {
  const say = useWords(texts)
  const sayLearning = useWords(learningWords)
  const { language } = useLanguage()
  const { day, moment } = useFormats()
  const attempts = useRead('learning.attempts', {})
  const own = attempts.data?.items.filter((one) => one.course === course.id) ?? []
  const open = own.find(({ state, ends_at }) => state === 'open' && Date.parse(ends_at) > Date.now())
  const { certificate } = course
  return (
    <>
      {certificate && (
        <Section title={say('certificate')}>
          <Paper withBorder p="lg" radius="md">
            <Facts>
              <Fact name={say('passed_at')}>{day(certificate.passed_at)}</Fact>
              <Fact name={say('expires_at')}>{day(certificate.expires_at)}</Fact>
              <Fact name={say('version')}>{certificate.course_version}</Fact>
            </Facts>
            <Text size="sm" c="dimmed" mt="sm">
              {say('where')}
            </Text>
          </Paper>
        </Section>
      )}
      <Section title={say('lessons')}>
        <Stack gap="xs" component="ol" className="rows">
          {course.lessons.map(({ id, title, minutes }) => (
            <li key={id}>
              <Paper
                withBorder
                p="sm"
                radius="md"
                component={Link}
                to={`/learning/courses/${course.id}/lessons/${id}`}
                className="card-link"
              >
                <Group justify="space-between" gap="xs">
                  <Text fw={600}>{title[language]}</Text>
                  <Text size="sm" c="dimmed">
                    {sayLearning('minutes', { n: minutes })}
                  </Text>
                </Group>
              </Paper>
            </li>
          ))}
        </Stack>
      </Section>
      <Section title={say('quiz')}>
        <Stack gap="xs" align="flex-start">
          <Text>{say('quiz_what', { questions: course.questions, percent: course.pass_percent })}</Text>
          {open && <Text size="sm">{say('open_until', { at: moment(open.ends_at) })}</Text>}
          <Button
            variant={certificate ? 'default' : 'filled'}
            renderRoot={(props) => (
              <Link to="/learning/courses/$course/quiz" params={{ course: course.id }} {...props} />
            )}
          >
            {say(open ? 'go_on' : 'begin')}
          </Button>
        </Stack>
      </Section>
      <Section title={say('attempts')}>
        <Loaded of={attempts}>
          <Text size="sm" c="dimmed">
            {say(own.length === 0 ? 'no_attempts' : 'only_you')}
          </Text>
          <ul className="rows">
            {own.map((one) => (
              <li key={one.id} className="row">
                <Badge variant="light" color={one.state === 'passed' ? 'regie' : 'gray'}>
                  {say(one.state)}
                </Badge>
                <Text size="sm">
                  {moment(one.started_at)}
                  {one.right !== null && ` · ${say('score', { right: one.right, of: one.of })}`}
                </Text>
              </li>
            ))}
          </ul>
        </Loaded>
      </Section>
    </>
  )
}
