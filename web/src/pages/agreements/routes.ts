import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

export const agreementsRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/agreements',
    validateSearch: (search): { state?: string | undefined } => ({ state: text(search.state) }),
    component: lazyRouteComponent(() => import('./agreements')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/agreements/new',
    validateSearch: (search): { template?: string | undefined } => ({ template: text(search.template) }),
    component: lazyRouteComponent(() => import('./new')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/agreements/$id',
    component: lazyRouteComponent(() => import('./agreement')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/agreements/$id/propose',
    component: lazyRouteComponent(() => import('./propose')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/agreements/library',
    component: lazyRouteComponent(() => import('./library')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/agreements/library/$id/$version',
    component: lazyRouteComponent(() => import('./template')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/agreements/library/write',
    validateSearch: (search): { from?: string | undefined } => ({ from: text(search.from) }),
    component: lazyRouteComponent(() => import('./write-template')),
  }),
] as const
