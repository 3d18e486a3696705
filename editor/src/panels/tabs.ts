export type Tab = 'run' | 'steps' | 'users' | 'share' | 'problems';
