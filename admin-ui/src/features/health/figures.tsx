import type { Schema } from '../../api/types';
import { DescriptionList } from '../../components/DescriptionList';
import { Panel } from '../../components/Panel';
import { ProgressBar } from '../../components/ProgressBar';
import { micros, seconds } from '../../format/durations';
import { bytes, count, exactCount } from '../../format/numbers';
import { useTimes } from '../../shell/useTimes';
import css from './HealthPage.module.css';
import { healthTexts } from './texts';

export function WorkersPanel({ workers }: { workers: ReadonlyArray<Schema<'WorkerFigures'>> }) {
    const texts = healthTexts.workers;
    return (
        <Panel title={texts.title} className={css.wide}>
            <div className={css.scroll} tabIndex={0} role="region" aria-label={healthTexts.table(texts.title)}>
                <table className={css.workers}>
                    <thead>
                        <tr>
                            <th scope="col">{texts.worker}</th>
                            <th scope="col">{texts.sessions}</th>
                            <th scope="col">{texts.connections}</th>
                            <th scope="col">{texts.lag}</th>
                            <th scope="col">{texts.queued}</th>
                            <th scope="col">{texts.version}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {workers.map((worker) => (
                            <tr key={worker.worker}>
                                <th scope="row">{worker.worker}</th>
                                <td>{exactCount(worker.sessions)}</td>
                                <td>{exactCount(worker.connections)}</td>
                                <td>{micros(worker.loop_lag_us)}</td>
                                <td>{exactCount(worker.audit_queued)}</td>
                                <td>v{worker.policy_version}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </Panel>
    );
}

export function ProcessPanel({ process }: { process: Schema<'Health'>['process'] }) {
    const texts = healthTexts.process;
    const times = useTimes();
    const files = texts.filesOf(count(process.open_files), count(process.max_files));
    return (
        <Panel title={texts.title}>
            <DescriptionList
                items={[
                    { name: texts.version, value: process.version },
                    { name: texts.started, value: times.dayAndTime(process.started_at), more: texts.up(seconds(process.uptime_s)) },
                    { name: texts.memory, value: bytes(process.resident_bytes) },
                    { name: texts.cpu, value: seconds(process.cpu_s) },
                    { name: texts.threads, value: process.threads },
                    { name: texts.files, value: <ProgressBar label={texts.files} value={process.open_files} max={process.max_files} text={files} /> },
                ]}
            />
        </Panel>
    );
}

export function DatabasePanel({ database }: { database: Schema<'Health'>['database'] }) {
    const texts = healthTexts.database;
    return (
        <Panel title={texts.title}>
            <DescriptionList
                items={[
                    { name: texts.audit, value: bytes(database.audit_bytes) },
                    { name: texts.journal, value: bytes(database.journal_bytes) },
                    { name: texts.free, value: bytes(database.free_bytes) },
                    { name: texts.full, value: database.days_until_full === null ? texts.never : texts.days(count(Math.floor(database.days_until_full))) },
                ]}
            />
        </Panel>
    );
}
