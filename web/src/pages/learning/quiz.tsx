import { Alert, Badge, Button, Group, Paper, Radio, Stack, Text, Title } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Failure, Loaded, Page } from '../../ui/page'
import { useTyped } from '../../ui/typed'
import { learningWords } from '../../words/learning'
import { useFormats, useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Toets: {course}',
    what: '{questions, plural, one {# vraag} other {# vragen}}; {percent}% goed is geslaagd. U antwoordt in één keer, binnen de tijd; wat u koos blijft op dit scherm staan.',
    begin: 'Beginnen',
    until: 'U hebt tot {at}.',
    question: 'Vraag {n} van {of}',
    answered: '{n} van {of} beantwoord',
    send: 'Antwoorden insturen',
    rest: 'Wat u niet beantwoordt, telt als fout.',
    passed: 'Geslaagd: {right} van {of} goed',
    failed: 'Niet gehaald: {right} van {of} goed',
    certificate: 'U hebt een certificaat van uw bedrijf, geldig tot en met {day}.',
    again: 'Lees de lessen nog eens door en probeer het opnieuw.',
    right: 'goed',
    wrong: 'fout',
    retry: 'Opnieuw beginnen',
  },
  en: {
    title: 'Quiz: {course}',
    what: '{questions, plural, one {# question} other {# questions}}; {percent}% right is a pass. You answer all at once, within the time; what you chose stays on this screen.',
    begin: 'Begin',
    until: 'You have until {at}.',
    question: 'Question {n} of {of}',
    answered: '{n} of {of} answered',
    send: 'Send the answers',
    rest: 'What you leave open counts as wrong.',
    passed: 'Passed: {right} of {of} right',
    failed: 'Not passed: {right} of {of} right',
    certificate: 'You have a certificate of your company, valid until {day}.',
    again: 'Read the lessons once more and try again.',
    right: 'right',
    wrong: 'wrong',
    retry: 'Begin again',
  },
})

type Attempt = Output<'learning.start'>
type Result = Output<'learning.answer'>

export default function QuizPage() {
  const say = useWords(texts)
  const sayLearning = useWords(learningWords)
  const { language } = useLanguage()
  const { course: id } = useParams({ from: '/inside/learning/courses/$course/quiz' })
  const list = useRead('learning.courses', {})
  const course = list.data?.items.find((one) => one.id === id)
  const start = useChange('learning.start', ['learning.attempts'])
  const [attempt, setAttempt] = useState<Attempt | null>(null)
  const [result, setResult] = useState<Result | null>(null)
  const begin = () => {
    setResult(null)
    start.mutate({ course: id }, { onSuccess: setAttempt })
  }
  return (
    <Page
      title={say('title', { course: course?.title[language] ?? '' })}
      actions={
        <TextLink to="/learning/courses/$course" params={{ course: id }}>
          {sayLearning('to_course')}
        </TextLink>
      }
    >
      <Loaded of={list}>
        {start.error && <Failure error={start.error} />}
        {result ? (
          <Outcome result={result} onRetry={begin} />
        ) : attempt ? (
          <Questions
            key={attempt.id}
            attempt={attempt}
            onResult={(judged) => {
              setAttempt(null)
              setResult(judged)
            }}
          />
        ) : (
          <Stack align="flex-start">
            <Text>
              {course
                ? say('what', { questions: course.questions, percent: course.pass_percent })
                : sayLearning('unknown')}
            </Text>
            {course && (
              <Button loading={start.isPending} onClick={begin}>
                {say('begin')}
              </Button>
            )}
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

function Questions({
  attempt,
  onResult,
}: {
  readonly attempt: Attempt
  readonly onResult: (result: Result) => void
}) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const { moment } = useFormats()
  const { id, questions, ends_at } = attempt
  const answer = useChange('learning.answer', ['learning.'])
  const [{ answers }, set, forget] = useTyped<{ answers: Record<string, string> }>(`quiz ${id}`, {
    answers: {},
  })
  const of = questions.length
  const send = (event: FormEvent) => {
    event.preventDefault()
    answer.mutate(
      { id, answers },
      {
        onSuccess: (result) => {
          forget()
          onResult(result)
        },
      },
    )
  }
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <Text>{say('until', { at: moment(ends_at) })}</Text>
        {questions.map((question, at) => (
          <Paper key={question.id} withBorder p="lg" radius="md">
            <Radio.Group
              label={question.text[language]}
              description={say('question', { n: at + 1, of })}
              value={answers[question.id] ?? null}
              onChange={(value) => set({ answers: { ...answers, [question.id]: value } })}
            >
              <Stack gap="xs" mt="xs">
                {question.choices.map((choice) => (
                  <Radio key={choice.id} value={choice.id} label={choice.text[language]} />
                ))}
              </Stack>
            </Radio.Group>
          </Paper>
        ))}
        {answer.error && <Failure error={answer.error} />}
        <Group>
          <Button type="submit" loading={answer.isPending}>
            {say('send')}
          </Button>
          <Text size="sm" role="status">
            {say('answered', { n: Object.keys(answers).length, of })}
            {Object.keys(answers).length < of && ` · ${say('rest')}`}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}

function Outcome({ result, onRetry }: { readonly result: Result; readonly onRetry: () => void }) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const { day } = useFormats()
  const { state, right, of, questions, certificate } = result
  const isPassed = state === 'passed'
  const told = useRef<HTMLDivElement>(null)
  // Who sent her answers is at the end of them: what came of it is at the top.
  useEffect(() => told.current?.focus(), [])
  return (
    <Stack gap="md">
      <Alert
        ref={told}
        tabIndex={-1}
        variant="light"
        color={isPassed ? 'regie' : 'gray'}
        role="status"
        title={say(isPassed ? 'passed' : 'failed', { right, of })}
      >
        <Stack gap="xs" align="flex-start">
          <Text size="sm">
            {certificate ? say('certificate', { day: day(certificate.expires_at) }) : say('again')}
          </Text>
          {!isPassed && (
            <Button size="xs" variant="default" onClick={onRetry}>
              {say('retry')}
            </Button>
          )}
        </Stack>
      </Alert>
      {questions.map((question, at) => (
        <Paper key={question.id} withBorder p="md" radius="md">
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <Badge variant="light" color={question.right ? 'green' : 'red'} miw="max-content">
              {say(question.right ? 'right' : 'wrong')}
            </Badge>
            <Stack gap={4}>
              <Title order={2} size="h5">
                {at + 1}. {question.text[language]}
              </Title>
              <Text size="sm">{question.explanation[language]}</Text>
            </Stack>
          </Group>
        </Paper>
      ))}
    </Stack>
  )
}
