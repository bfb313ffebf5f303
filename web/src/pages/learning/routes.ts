import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { within } from '../../inside'

export const learningRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/learning',
    component: lazyRouteComponent(() => import('./courses')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/learning/courses/$course',
    component: lazyRouteComponent(() => import('./course')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/learning/courses/$course/lessons/$lesson',
    component: lazyRouteComponent(() => import('./lesson')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/learning/courses/$course/quiz',
    component: lazyRouteComponent(() => import('./quiz')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/learning/people',
    component: lazyRouteComponent(() => import('./people')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/learning/roles',
    component: lazyRouteComponent(() => import('./roles')),
  }),
] as const
