export type Tab = 'run' | 'steps' | 'runs' | 'users' | 'share' | 'problems' | 'effects';
