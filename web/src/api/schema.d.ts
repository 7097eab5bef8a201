// Written by "npm run schema -w web" from /openapi.json.

export interface paths {
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The ledger in order, as far as the token may see it */
        get: operations["listEvents"];
        put?: never;
        /** Report exposures and events; send the same batch again until it is answered */
        post: operations["reportEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the access keys that the token may manage */
        get: operations["listKeys"];
        put?: never;
        /** Create an access key and show it, once */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an access key at once */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest signed checkpoint (C2SP tlog-checkpoint), or the first one of at least size events */
        get: operations["getCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Proof that an earlier tree of the ledger begins a later one */
        get: operations["proveConsistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The stored events with their checkpoints as an event file: all from a sequence on, or with proofs those of a project, of a flag, or one */
        get: operations["exportLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The key that the ledger's checkpoints verify with, in the form of signed notes */
        get: operations["getLedgerKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events: 'at' with the newest sequence, then 'events' with what each new one is about, or 'reset' when there are too many */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the projects that the token may see */
        get: operations["listProjects"];
        put?: never;
        /** Create a project with its environments, standard metrics and default plan */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a project */
        get: operations["getProject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/environments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add an environment; every flag is off in it */
        post: operations["createEnvironment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/environments/{environment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Replace what is set of an environment */
        put: operations["changeEnvironment"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/environments/{environment}/audit/exposures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Evaluate a sample of recorded exposures again, with the ruleset that each names, and report what does not reproduce */
        get: operations["auditExposures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/environments/{environment}/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try flags out on a context; no exposure is recorded */
        post: operations["evaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/environments/{environment}/evaluators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The evaluators connected to this server, and the revision each has acknowledged */
        get: operations["listEvaluators"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/environments/{environment}/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import exposures and events that were recorded elsewhere, of any age; a batch with the same id counts once */
        post: operations["importRecorded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/environments/{environment}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give an environment the configuration of another one, all or none; or preview it */
        post: operations["promoteFlags"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/environments/{environment}/reach": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a revision has come: on how many evaluators it is in force, since when, and who lags behind */
        get: operations["getReach"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/environments/{environment}/ruleset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The ruleset of an environment, now (the ETag is its revision) or as it was at an event or a time */
        get: operations["getRuleset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/environments/{environment}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many units the flags of an environment have reached, and when last */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the flags of a project */
        get: operations["listFlags"];
        put?: never;
        /** Create a flag, off in every environment */
        post: operations["createFlag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a flag in all environments */
        get: operations["getFlag"];
        put?: never;
        post?: never;
        /** Archive a flag: it leaves every ruleset, its history stays */
        delete: operations["archiveFlag"];
        options?: never;
        head?: never;
        /** Replace what describes the flag to people */
        patch: operations["changeFlagDetails"];
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Replace the targeting in one environment */
        put: operations["replaceConfig"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/experiment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the newest experiment, finished or not */
        get: operations["getExperiment"];
        put?: never;
        /** Compare the variants that a split serves, turning the flag on if it is off */
        post: operations["startExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/experiment/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record the decision with the results as they are now, ending the experiment if it runs */
        post: operations["decideExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/experiment/record": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Describe an experiment that ran elsewhere, so that its data can be imported */
        post: operations["recordExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/experiment/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what the newest experiment has shown so far */
        get: operations["getExperimentResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/experiment/results.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a table, a row for each metric, variant, subgroup and point of time */
        get: operations["getExperimentResultsTable"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/experiment/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the experiment; who gets what stays as it is */
        post: operations["stopExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/off": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Kill switch: serve the off variant to everybody, and pause a running rollout */
        post: operations["turnOff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/on": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turn the flag on in one environment */
        post: operations["turnOn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the newest rollout, finished or not */
        get: operations["getRollout"];
        put?: never;
        /** Put the default under a plan, turning the flag on if it is off */
        post: operations["startRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout/abort": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take the treatment away from everybody, at once */
        post: operations["abortRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go to the next stage now, whatever the gates say */
        post: operations["advanceRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve what the step to the next stage needs */
        post: operations["approveRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout/looks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the gates have seen of the newest rollout, look by look */
        get: operations["getRolloutLooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop automatic decisions; traffic stays as it is */
        post: operations["pauseRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let automatic decisions go on */
        post: operations["resumeRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the changes that are scheduled here and not due yet */
        get: operations["listScheduledChanges"];
        put?: never;
        /** Turn the flag on or off, or replace its targeting, at a time to come */
        post: operations["scheduleChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/schedule/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a scheduled change back */
        delete: operations["cancelScheduledChange"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The life of a flag, newest event last; without from, its last events */
        get: operations["getFlagHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring an archived flag back as it was */
        post: operations["restoreFlag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/flags/{flag}/variants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Replace the variants in all environments */
        put: operations["replaceVariants"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/hygiene": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where each flag stands in its life, and which are stale; what linters read */
        get: operations["getHygiene"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the metrics of a project */
        get: operations["listMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/metrics/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a metric */
        get: operations["getMetric"];
        /** Create or replace a metric */
        put: operations["saveMetric"];
        post?: never;
        /** Retire a metric that nothing uses */
        delete: operations["archiveMetric"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the plans of a project */
        get: operations["listPlans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/plans/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a plan */
        get: operations["getPlan"];
        /** Create or replace a plan */
        put: operations["savePlan"];
        post?: never;
        /** Retire a plan that nothing uses */
        delete: operations["archivePlan"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/references": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where scanned code names flags */
        get: operations["listReferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/references/{repository}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Replace what is known of where a repository names flags */
        put: operations["saveReferences"];
        post?: never;
        /** Forget a repository */
        delete: operations["dropReferences"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/revert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make flags again what they were at an earlier event, all or none; or preview it */
        post: operations["revertFlags"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/segments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the segments of a project */
        get: operations["listSegments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/segments/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a segment */
        get: operations["getSegment"];
        /** Create or replace a segment */
        put: operations["saveSegment"];
        post?: never;
        /** Retire a segment that nothing uses */
        delete: operations["archiveSegment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ruleset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The ruleset of the key's environment; the ETag is its revision */
        get: operations["getOwnRuleset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ruleset/ack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say which revision the evaluator runs now */
        post: operations["acknowledgeRuleset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ruleset/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events: 'put' with the ruleset, then 'patch' with each change; the event id is the revision */
        get: operations["streamRuleset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what the key stands for */
        get: operations["whoami"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process is alive */
        get: operations["alive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ofrep/v1/evaluate/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evaluate all flags (OFREP 0.3.0); the ETag stands for the answer */
        post: operations["ofrepEvaluateAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ofrep/v1/evaluate/flags/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evaluate one flag (OFREP 0.3.0) */
        post: operations["ofrepEvaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ofrep/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events that say when to evaluate again (OFREP 0.3.0) */
        get: operations["ofrepStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["describe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every part works and the ledger is folded */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcknowledgingBody: {
            /** @description As in the header Flagledger-Instance of the stream. */
            instance: string;
            /** @example 4711 */
            revision: string;
            /** @example go/0.1.0 */
            sdk?: string;
        };
        Acknowledgment: {
            /**
             * Format: int64
             * @description How many of them run the revision or a later one.
             */
            acknowledged: number;
            /**
             * Format: int64
             * @description Evaluators that are connected to this server.
             */
            connected: number;
        };
        Actor: {
            id: string;
            kind: string;
            name?: string;
        };
        Altered: {
            after: unknown;
            before: unknown;
        };
        Approval: {
            /** Format: int64 */
            count?: number;
            notAuthorAlone?: boolean;
            roles?: string[] | null;
            tokens?: string[] | null;
        };
        ApprovalView: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["Actor"];
            /** @enum {string} */
            point: "before" | "after";
            /** Format: int64 */
            stage: number;
        };
        ArmEvidence: {
            /** Format: int64 */
            bad: number;
            /** Format: int64 */
            badUnits: number;
            /** Format: int64 */
            events: number;
            /** Format: int64 */
            units: number;
        };
        AskView: {
            /** Format: int64 */
            given: number;
            /**
             * Format: int64
             * @description How many people must approve.
             */
            needed: number;
            /** @enum {string} */
            point: "before" | "after";
            /** Format: int64 */
            stage: number;
            who: components["schemas"]["Approval"];
        };
        AuditReportBody: {
            /** @description Those that are not reproduced. */
            findings: components["schemas"]["AuditedExposure"][] | null;
            /** Format: int64 */
            sampled: number;
            /**
             * Format: int64
             * @description Exposures that could be drawn.
             */
            total: number;
            /** @description How many are reproduced, differs, undetermined, unknownVersion. */
            verdicts: {
                [key: string]: number;
            };
        };
        AuditedExposure: {
            /** Format: date-time */
            at?: string;
            attributes?: {
                [key: string]: string;
            };
            by?: string;
            explanation?: components["schemas"]["Explanation"];
            flag: string;
            found?: string;
            rule?: string;
            unit: string;
            variant: string;
            verdict: string;
            /** @example 4711 */
            version: string;
            why: string;
        };
        Batch: {
            environment?: string;
            events?: components["schemas"]["Event"][] | null;
            exposures?: components["schemas"]["Exposure"][] | null;
            id?: string;
            project?: string;
            /** Format: date-time */
            receivedAt?: string;
            recorded?: boolean;
            sdk?: string;
        };
        Breakdown: {
            dimension: string;
            subgroups: components["schemas"]["Subgroup"][] | null;
        };
        Calendar: {
            freezes?: components["schemas"]["Window"][] | null;
            releases?: components["schemas"]["Window"][] | null;
            schedule?: string;
            timeZone?: string;
        };
        Check: {
            /**
             * @description How long the condition must be violated without interruption before the gate fails, and met before it passes; 5m if left out.
             * @example 30m
             * @example 24h
             */
            for?: string;
            /**
             * Format: double
             * @description The most that the value, or the treatment's, may be.
             */
            max?: number;
            /**
             * Format: double
             * @description The ratio of treatment to control that must not be reached.
             */
            maxRatio?: number;
            /**
             * Format: double
             * @description The least that the value, or the treatment's, may be.
             */
            min?: number;
            /**
             * Format: double
             * @description The ratio of treatment to control that must be exceeded.
             */
            minRatio?: number;
            /** @description The check's label for people, unique in its plan. */
            name?: string;
            /** @description PromQL for a Prometheus source; none for a webhook. Inside quotes it may hold $variant, which asks for both variants, $flag, $environment, $project and $rollout. */
            query?: string;
            /** @description Name of one of the server's sources (flagledger serve --sources). */
            source?: string;
        };
        CheckEvidence: {
            answer?: string;
            condition?: string;
            control?: components["schemas"]["SeriesEvidence"];
            controlQuery?: string;
            /**
             * @description Go duration
             * @example 30m
             * @example 24h
             */
            for: string;
            /** Format: date-time */
            from: string;
            name: string;
            query?: string;
            ratio?: components["schemas"]["SeriesEvidence"];
            said?: string;
            source: string;
            /**
             * @description Time from one point to the next.
             * @example 30m
             * @example 24h
             */
            step: string;
            /**
             * @description Go duration
             * @example 30m
             * @example 24h
             */
            took: string;
            treatment?: components["schemas"]["SeriesEvidence"];
            /** Format: date-time */
            until: string;
            /** Format: int64 */
            violated: number;
        };
        Clause: {
            attribute?: string;
            negate?: boolean;
            op?: string;
            values?: unknown[] | null;
        };
        ClauseStep: {
            actual?: unknown;
            attribute?: string;
            matched: boolean;
            negate?: boolean;
            op: string;
            segments?: components["schemas"]["SegmentStep"][] | null;
            /** Format: int64 */
            total?: number;
            values?: unknown[] | null;
        };
        Conclusion: {
            advice: string;
            sentences: string[] | null;
            variant?: string;
        };
        Config: {
            default?: components["schemas"]["Serve"];
            offVariant?: string;
            on?: boolean;
            prerequisites?: components["schemas"]["Prerequisite"][] | null;
            rules?: components["schemas"]["Rule"][] | null;
            targets?: components["schemas"]["Target"][] | null;
        };
        ConsistencyProofBody: {
            /** @example 4711 */
            from: string;
            /** @description As RFC 6962, section 2.1.2, orders them, in base64. */
            hashes: string[] | null;
            /** @example 4711 */
            size: string;
        };
        Converged: {
            flags: components["schemas"]["FlagDifference"][] | null;
            preview: boolean;
            /**
             * @description Newest event; 0 for a preview, and when nothing changes.
             * @example 4711
             */
            seq: string;
            /**
             * @description Event that is reverted to.
             * @example 4711
             */
            to?: string;
        };
        Decided: {
            /** Format: date-time */
            since: string;
            value: unknown;
            variant: string;
        };
        DecisionView: {
            /** @description The results on which it was made. */
            evidence?: components["schemas"]["ExperimentEvidence"];
            variant: string;
        };
        Done: {
            /** @example 4711 */
            seq: string;
        };
        Draw: {
            /** Format: int32 */
            bucket: number;
            /** Format: int32 */
            from: number;
            input: string;
            /** Format: int32 */
            to: number;
            variant?: string;
            weights: components["schemas"]["Weight"][] | null;
        };
        EffectArm: {
            /** Format: double */
            counted: number;
            /** Format: double */
            mean: number;
            /** Format: double */
            se: number;
            /** Format: int64 */
            units: number;
        };
        EffectEvidence: {
            /** Format: double */
            above?: number;
            /**
             * Format: double
             * @description Observed ratio or difference from which the gate may fail.
             */
            alert?: number;
            /** Format: double */
            at?: number;
            /** Format: double */
            failAlpha?: number;
            limit: components["schemas"]["GateLimit"];
            /** Format: double */
            passAlpha: number;
            rollout?: components["schemas"]["EffectLook"];
            stage?: components["schemas"]["EffectLook"];
            /** Format: double */
            tuning: number;
        };
        EffectLook: {
            control: components["schemas"]["EffectArm"];
            /** Format: double */
            estimate?: number;
            /** Format: double */
            high?: number;
            /** Format: double */
            low?: number;
            treatment: components["schemas"]["EffectArm"];
        };
        Environment: {
            key?: string;
            name?: string;
            production?: boolean;
            reasonRequired?: boolean;
        };
        EnvironmentChangeBody: {
            /** @description The key, if empty. */
            name?: string;
            /** @description Marks the environment where mistakes hurt. */
            production: boolean;
            reason?: string;
            /** @description Refuses changes of flags there without a reason, but for the kill switch. */
            reasonRequired: boolean;
        };
        EnvironmentUsageBody: {
            /**
             * Format: date-time
             * @description When this was counted.
             */
            at: string;
            /** @description By key; flags that have never been exposed are absent. */
            flags: {
                [key: string]: components["schemas"]["FlagUsage"];
            };
            /** Format: date-time */
            since: string;
        };
        ErrorDetail: {
            /** @description Where the error occurred, e.g. 'body.items[3].tags' or 'path.thing-id' */
            location?: string;
            /** @description Error message text */
            message?: string;
            /** @description The value at the given location */
            value?: unknown;
        };
        ErrorModel: {
            /**
             * @description A human-readable explanation specific to this occurrence of the problem.
             * @example Property foo is required but is missing.
             */
            detail?: string;
            /** @description Optional list of individual error details */
            errors?: components["schemas"]["ErrorDetail"][] | null;
            /**
             * Format: uri
             * @description A URI reference that identifies the specific occurrence of the problem.
             * @example https://example.com/error-log/abc123
             */
            instance?: string;
            /**
             * Format: int64
             * @description HTTP status code
             * @example 400
             */
            status?: number;
            /**
             * @description A short, human-readable summary of the problem type. This value should not change between occurrences of the error.
             * @example Bad Request
             */
            title?: string;
            /**
             * Format: uri
             * @description A URI reference to human-readable documentation for the error.
             * @default about:blank
             * @example https://example.com/errors/example
             */
            type: string;
        };
        Estimate: {
            /** Format: double */
            high?: number;
            /** Format: double */
            low?: number;
            /** Format: double */
            value: number;
        };
        EvaluatedBody: {
            results: components["schemas"]["EvaluatedResult"][] | null;
            /** @example 4711 */
            revision: string;
        };
        EvaluatedResult: {
            /**
             * Format: int32
             * @description -1 when no split decided.
             */
            bucket: number;
            error?: string;
            explanation?: components["schemas"]["Explanation"];
            flag: string;
            /** @description The unit is not in the share that the split includes. */
            outside?: boolean;
            reason: string;
            rule?: string;
            value: unknown;
            variant?: string;
            /** @example 4711 */
            version: string;
        };
        EvaluationBody: {
            /** @description targetingKey and attributes; objects may be nested. */
            context?: {
                [key: string]: unknown;
            };
            /** @description Tell how each result came about. */
            explain?: boolean;
            /** @description All flags, if empty. */
            flag?: string;
        };
        EvaluatorListBody: {
            evaluators: components["schemas"]["EvaluatorView"][] | null;
            /** @example 4711 */
            revision: string;
        };
        EvaluatorView: {
            /** Format: date-time */
            acknowledgedAt?: string;
            /** Format: date-time */
            connectedAt: string;
            current: boolean;
            instance: string;
            /**
             * @description Last acknowledged; 0 before the first.
             * @example 4711
             */
            revision: string;
            sdk?: string;
        };
        Event: {
            /** Format: date-time */
            at?: string;
            attributes?: {
                [key: string]: string;
            };
            failed?: boolean;
            flags?: string[] | null;
            name?: string;
            units?: {
                [key: string]: string;
            };
            /** Format: double */
            value?: number;
        };
        EventListBody: {
            events: components["schemas"]["EventView"][] | null;
            /**
             * @description What to give as from for the events after these.
             * @example 4711
             */
            next: string;
            /**
             * @description What to give as before for the events before these; absent when there are none.
             * @example 4711
             */
            previous?: string;
        };
        EventView: {
            actor: components["schemas"]["Actor"];
            /** Format: date-time */
            at: string;
            /** @description ID of what made the actor act. */
            cause?: string;
            /** @description ID of the command; the events of one command share it. */
            command: string;
            /** @description As recorded, without the hashes of keys. */
            data: unknown;
            id: string;
            /**
             * Format: int64
             * @description Counts the event among the parts of its command, from 1.
             */
            part: number;
            /** Format: int64 */
            parts: number;
            reason?: string;
            /** @example 4711 */
            seq: string;
            subject: components["schemas"]["SubjectView"];
            /** @example flag.turned_off */
            type: string;
            /**
             * Format: int64
             * @description Of the type.
             */
            version: number;
        };
        Evidence: {
            /** Format: date-time */
            from: string;
            gates?: components["schemas"]["GateEvidence"][] | null;
            /** Format: int64 */
            mixedUnits: number;
            /** @example 4711 */
            planVersion: string;
            /** Format: int64 */
            rolloutTreatment: number;
            /** Format: double */
            srmP: number;
            /** Format: int64 */
            stageControl: number;
            /** Format: int64 */
            stageTreatment: number;
            /** Format: date-time */
            until: string;
        };
        ExperimentChanged: {
            experiment: components["schemas"]["ExperimentView"];
            /** @example 4711 */
            seq: string;
        };
        ExperimentDecisionBody: {
            reason?: string;
            /** @description Give the variant to everybody who took part, in the same step. */
            serve?: boolean;
            /** @description The variant that it is decided for. */
            variant: string;
        };
        ExperimentDesign: {
            /** Format: double */
            alpha?: number;
            /**
             * @description Go duration
             * @example 30m
             * @example 24h
             */
            before?: string;
            control?: string;
            goals?: string[] | null;
            guardrails?: string[] | null;
            hypothesis?: string;
            name?: string;
            rule?: string;
            /** Format: int64 */
            tuning?: number;
        };
        ExperimentEvidence: {
            /** Format: date-time */
            from: string;
            metrics: components["schemas"]["MetricEvidence"][] | null;
            /** Format: double */
            srmP: number;
            /** Format: date-time */
            until: string;
            variants: components["schemas"]["VariantEvidence"][] | null;
        };
        ExperimentView: {
            by?: string;
            decision?: components["schemas"]["DecisionView"];
            design: components["schemas"]["ExperimentDesign"];
            /** Format: date-time */
            endedAt?: string;
            environment: string;
            id: string;
            /**
             * @description Of an experiment that ran elsewhere: the version that its exposures carry.
             * @example 4711
             */
            imported?: string;
            /** @description As they were defined when it started. */
            metrics: {
                [key: string]: components["schemas"]["Metric"];
            };
            /** Format: date-time */
            startedAt: string;
            /** @enum {string} */
            status: "running" | "stopped" | "decided";
            /** @description The control first. */
            variants: string[] | null;
        };
        Explanation: {
            flag: string;
            result: components["schemas"]["Result"];
            steps: components["schemas"]["Step"][] | null;
        };
        Exposure: {
            /** Format: date-time */
            at?: string;
            attributes?: {
                [key: string]: string;
            };
            by?: string;
            flag?: string;
            rule?: string;
            unit?: string;
            variant?: string;
            /** @example 4711 */
            version?: string;
        };
        Finding: {
            /** @description Empty for all, or none in particular. */
            environment?: string;
            message: string;
            /** @enum {string} */
            rule: "served-to-all" | "served-to-none" | "one-sided" | "never-evaluated" | "past-removal" | "archived-evaluated";
            /** Format: date-time */
            since: string;
        };
        Flag: {
            default: components["schemas"]["Serve"];
            offVariant: string;
            on: boolean;
            prerequisites?: components["schemas"]["Prerequisite"][] | null;
            rules?: components["schemas"]["Rule"][] | null;
            salt: string;
            targets?: components["schemas"]["Target"][] | null;
            type: string;
            variants: components["schemas"]["Variant"][] | null;
            /** @example 4711 */
            version: string;
        };
        FlagChanged: {
            flag: components["schemas"]["FlagView"];
            /** @example 4711 */
            seq: string;
        };
        FlagDetails: {
            description?: string;
            name?: string;
            owner?: string;
            permanent?: boolean;
            /** Format: date-time */
            removeBy?: string;
            tags?: string[] | null;
        };
        FlagDifference: {
            /** @description What it becomes, when that changes. */
            archived?: boolean;
            changed: boolean;
            details?: components["schemas"]["Altered"];
            /** @description Those that change. */
            environments: components["schemas"]["Sides"][] | null;
            flag: string;
            /** @example 4711 */
            seen: string;
            variants?: components["schemas"]["Altered"];
        };
        FlagListBody: {
            flags: components["schemas"]["FlagView"][] | null;
        };
        FlagToPromote: {
            flag: string;
            /** @description Without them all. */
            parts?: string[] | null;
            /**
             * @description As with reverting.
             * @example 4711
             */
            seen?: string;
        };
        FlagToRevert: {
            /** @description Only these; without them all, with variants, details and whether it is archived. */
            environments?: string[] | null;
            flag: string;
            /**
             * @description seq of the preview: if the flag has changed since, nothing is done and the answer is 412.
             * @example 4711
             */
            seen?: string;
        };
        FlagUsage: {
            /**
             * Format: date-time
             * @description The newest exposure.
             */
            last: string;
            /**
             * Format: int64
             * @description Units exposed in the last 24 h, each counted once.
             */
            units: number;
            /** @description Served in the last 24 h. */
            variants: string[] | null;
        };
        FlagView: {
            archived: boolean;
            /** Format: date-time */
            changedAt: string;
            changedBy: components["schemas"]["Actor"];
            /** Format: date-time */
            createdAt: string;
            details: components["schemas"]["FlagDetails"];
            environments: {
                [key: string]: components["schemas"]["PlaceView"];
            };
            /** @description Set when an event of the flag could not be read: it stays as it was before. */
            frozen?: components["schemas"]["FrozenView"];
            key: string;
            offVariant: string;
            onVariant: string;
            salt: string;
            /**
             * @description Newest event of the flag.
             * @example 4711
             */
            seq: string;
            /** @description Set when the ledger has recorded that the flag turned stale, and nothing was changed since. */
            stale?: components["schemas"]["StaleView"];
            /** @enum {string} */
            type: "boolean" | "string" | "number" | "json";
            variants: components["schemas"]["Variant"][] | null;
        };
        FrozenView: {
            reason: string;
            /** @example 4711 */
            seq: string;
        };
        Gate: {
            check?: components["schemas"]["Check"];
            /** @description Record and show the gate's evidence, and let its verdict decide nothing. */
            dryRun?: boolean;
            /** @description Pass only when the treatment is shown to be better than the control, and never fail. */
            goal?: boolean;
            /**
             * Format: double
             * @description The value that the treatment must not reach, whatever the control has; for a metric whose rise is harm.
             */
            max?: number;
            /**
             * Format: double
             * @description Treatment minus control that must not be reached, above 0, in the metric's unit; for a metric whose rise is harm.
             */
            maxDifference?: number;
            /**
             * Format: double
             * @description The ratio of treatment to control that must not be reached, such as 2; for a metric whose rise is harm.
             */
            maxRatio?: number;
            metric?: string;
            /**
             * Format: double
             * @description The value that the treatment must not fall to, whatever the control has; for a metric whose fall is harm.
             */
            min?: number;
            /**
             * Format: double
             * @description Treatment minus control that must not be fallen to, below 0, in the metric's unit; for a metric whose fall is harm.
             */
            minDifference?: number;
            /**
             * Format: double
             * @description The ratio of treatment to control that must not be fallen to, such as 0.9; for a metric whose fall is harm.
             */
            minRatio?: number;
            onFail?: string;
        };
        GateEvidence: {
            /** Format: double */
            above?: number;
            /** Format: double */
            breakerThreshold: number;
            check?: components["schemas"]["CheckEvidence"];
            control: components["schemas"]["ArmEvidence"];
            dryRun?: boolean;
            effect?: components["schemas"]["EffectEvidence"];
            /** Format: double */
            expected: number;
            /** Format: double */
            failThreshold: number;
            /** Format: double */
            logEBreaker: number;
            /** Format: double */
            logEFail: number;
            /** Format: double */
            logEPass: number;
            /** Format: double */
            maxRatio: number;
            metric?: string;
            /** Format: double */
            minExpected: number;
            /** Format: double */
            passThreshold: number;
            /** Format: double */
            ratio: number;
            /** Format: double */
            ratioHigh: number;
            /** Format: double */
            ratioLow: number;
            reason: string;
            /** Format: double */
            tau: number;
            treatment: components["schemas"]["ArmEvidence"];
            verdict: string;
        };
        GateLimit: {
            /** @description Field of the gate that has the limit: maxRatio, minRatio, maxDifference, minDifference, max, min or goal. */
            kind: string;
            /**
             * Format: double
             * @description A ratio, or a number in the metric's unit; 0 for a goal.
             */
            value: number;
        };
        Include: {
            otherwise?: string;
            salt?: string;
            /** Format: int64 */
            weight?: number;
        };
        Ingested: {
            /**
             * Format: int64
             * @description How many items are safe now.
             */
            accepted: number;
            /** @description Items that cannot be counted; sending them again does not help. */
            rejected: components["schemas"]["RejectedItem"][] | null;
        };
        Inventory: {
            /** Format: date-time */
            at: string;
            /** @description By key. */
            flags: components["schemas"]["State"][] | null;
            /** @description Environments whose evaluations could not be read: nothing is found by them there. */
            incomplete?: string[] | null;
            project: string;
        };
        KeyCreated: {
            /** Format: date-time */
            createdAt: string;
            environment?: string;
            /** Format: date-time */
            expiresAt?: string;
            id: string;
            /** @description The key itself. It is shown this once and stored nowhere. */
            key: string;
            /** @enum {string} */
            kind: "admin" | "server" | "client";
            name: string;
            project?: string;
            revoked: boolean;
            /** @enum {string} */
            role?: "viewer" | "editor" | "admin";
            /** @example 4711 */
            seq: string;
            /** @description Neither revoked nor expired. */
            usable: boolean;
        };
        KeyListBody: {
            keys: components["schemas"]["KeyView"][] | null;
        };
        KeyView: {
            /** Format: date-time */
            createdAt: string;
            environment?: string;
            /** Format: date-time */
            expiresAt?: string;
            id: string;
            /** @enum {string} */
            kind: "admin" | "server" | "client";
            name: string;
            project?: string;
            revoked: boolean;
            /** @enum {string} */
            role?: "viewer" | "editor" | "admin";
            /** @description Neither revoked nor expired. */
            usable: boolean;
        };
        Looked: {
            /** Format: date-time */
            at: string;
            decision: string;
            evidence: components["schemas"]["Evidence"];
            /** Format: date-time */
            next?: string;
            reason?: string;
        };
        Measure: {
            event?: string;
            of?: string;
        };
        Metric: {
            /**
             * @description Go duration
             * @example 30m
             * @example 24h
             */
            after?: string;
            /** Format: double */
            cap?: number;
            denominator?: components["schemas"]["Measure"];
            event?: string;
            good?: string;
            kind?: string;
            name?: string;
            of?: string;
            /** Format: double */
            quantile?: number;
            test?: string;
            unit?: string;
            /**
             * @description Go duration
             * @example 30m
             * @example 24h
             */
            window?: string;
        };
        MetricChanged: {
            metric: components["schemas"]["MetricView"];
            /** @example 4711 */
            seq: string;
        };
        MetricEvidence: {
            /** Format: double */
            adjustedP?: number;
            /** Format: double */
            control?: number;
            /** Format: int64 */
            controlUnits: number;
            difference?: components["schemas"]["Estimate"];
            /** Format: double */
            explained?: number;
            finding: string;
            lift?: components["schemas"]["Estimate"];
            metric: string;
            /** Format: double */
            p?: number;
            reason?: string;
            role: string;
            /** Format: double */
            treatment?: number;
            /** Format: int64 */
            treatmentUnits: number;
            variant: string;
        };
        MetricListBody: {
            metrics: components["schemas"]["MetricView"][] | null;
        };
        MetricReport: {
            definition: components["schemas"]["Metric"];
            metric: string;
            results: components["schemas"]["VariantResult"][] | null;
            role: string;
        };
        MetricView: {
            archived: boolean;
            key: string;
            metric: components["schemas"]["Metric"];
            /** @example 4711 */
            seq: string;
        };
        NewConfigBody: {
            /** @description All of the targeting. 'on' is ignored: turning on and off are operations of their own. */
            config: components["schemas"]["Config"];
            reason?: string;
        };
        NewDetailsBody: {
            /** @description Replaces all details. */
            details: components["schemas"]["FlagDetails"];
            reason?: string;
        };
        NewEnvironmentBody: {
            key: string;
            /** @description The key, if empty. */
            name?: string;
            /** @description Marks the environment where mistakes hurt. */
            production?: boolean;
            reason?: string;
            /** @description Refuses changes of flags there without a reason, but for the kill switch. */
            reasonRequired?: boolean;
        };
        NewExperimentBody: {
            design: components["schemas"]["ExperimentDesign"];
            reason?: string;
        };
        NewFlagBody: {
            details?: components["schemas"]["FlagDetails"];
            key: string;
            /** @description The last variant, if empty. */
            offVariant?: string;
            /** @description The first variant, if empty. */
            onVariant?: string;
            reason?: string;
            /** @description The key, if empty. Share it between flags only to bucket units alike. */
            salt?: string;
            /**
             * @description boolean, if neither it nor variants are given.
             * @enum {string}
             */
            type?: "boolean" | "string" | "number" | "json";
            /** @description on and off, if empty for a boolean. */
            variants?: components["schemas"]["Variant"][] | null;
        };
        NewKeyBody: {
            /** @description Of an SDK key. */
            environment?: string;
            /** Format: date-time */
            expiresAt?: string;
            /** @enum {string} */
            kind: "admin" | "server" | "client";
            /** @description Who or what holds the key. */
            name: string;
            /** @description Limits an admin token to one project; required for an SDK key. */
            project?: string;
            reason?: string;
            /**
             * @description Of an admin token.
             * @enum {string}
             */
            role?: "viewer" | "editor" | "admin";
        };
        NewMetricBody: {
            metric: components["schemas"]["Metric"];
            reason?: string;
        };
        NewPlanBody: {
            plan: components["schemas"]["Plan"];
            reason?: string;
        };
        NewProjectBody: {
            /** @description development, staging and production, if empty. */
            environments?: components["schemas"]["Environment"][] | null;
            key: string;
            /** @description The key, if empty. */
            name?: string;
            reason?: string;
        };
        NewRolloutBody: {
            /** @description Attribute to bucket by; targetingKey, if empty. */
            by?: string;
            /** @description The off variant, if empty. */
            control?: string;
            inlinePlan?: components["schemas"]["Plan"];
            /** @description Key of a plan; the project's default plan, if neither it nor inlinePlan is given. */
            plan?: string;
            reason?: string;
            /** @description The on variant, if empty. */
            treatment?: string;
        };
        NewScanBody: {
            branch?: string;
            commit?: string;
            /**
             * Format: int64
             * @description How many files were read.
             */
            files?: number;
            references: components["schemas"]["Reference"][] | null;
            /** @description Address of a line, with {commit}, {path} and {line} in it. */
            url?: string;
        };
        NewScheduleBody: {
            /**
             * Format: date-time
             * @description When to make the change: ahead, and at most a year.
             */
            at: string;
            /** @enum {string} */
            change: "turnOn" | "turnOff" | "replaceConfig";
            /** @description For replaceConfig: all of the targeting, valid now. It is checked again when it is due. */
            config?: components["schemas"]["Config"];
            /** @description Names the change among those pending here; made up, if empty. */
            id?: string;
            reason?: string;
        };
        NewSegmentBody: {
            name?: string;
            reason?: string;
            segment: components["schemas"]["Segment"];
        };
        NewVariantsBody: {
            reason?: string;
            variants: components["schemas"]["Variant"][] | null;
        };
        OfrepBulkAnswer: {
            eventStreams?: components["schemas"]["OfrepEventStream"][] | null;
            flags: components["schemas"]["OfrepSuccess"][] | null;
        };
        OfrepEndpoint: {
            requestUri: string;
        };
        OfrepEventStream: {
            endpoint: components["schemas"]["OfrepEndpoint"];
            /** Format: int64 */
            inactivityDelaySec?: number;
            type: string;
        };
        OfrepRequest: {
            context?: unknown;
        };
        OfrepSuccess: {
            key: string;
            metadata: {
                [key: string]: string;
            };
            reason: string;
            value: unknown;
            variant: string;
        };
        Place: {
            decided?: components["schemas"]["Decided"];
            /** Format: date-time */
            lastEvaluated?: string;
            /** @enum {string} */
            lifecycle: "draft" | "rolling-out" | "live" | "stale" | "archived";
            on: boolean;
        };
        PlaceView: {
            config: components["schemas"]["Config"];
            /** @description The newest experiment, finished or not. */
            experiment?: components["schemas"]["ExperimentView"];
            /** @description The newest rollout, finished or not. */
            rollout?: components["schemas"]["RolloutView"];
            /** @description Changes that wait for their time, in the order in which they are due. */
            scheduled?: components["schemas"]["ScheduledView"][] | null;
            /**
             * @description Sequence of the last event that changed what is served here.
             * @example 4711
             */
            version: string;
        };
        Plan: {
            calendar?: components["schemas"]["Calendar"];
            description?: string;
            exclusive?: boolean;
            gates?: components["schemas"]["Gate"][] | null;
            /**
             * @description Go duration
             * @example 30m
             * @example 24h
             */
            interval?: string;
            name?: string;
            /**
             * @description Go duration
             * @example 30m
             * @example 24h
             */
            noDataGrace?: string;
            notify?: string[] | null;
            onFail?: string;
            onNoData?: string;
            stages?: components["schemas"]["Stage"][] | null;
            /**
             * @description Go duration
             * @example 30m
             * @example 24h
             */
            watermark?: string;
        };
        PlanChanged: {
            plan: components["schemas"]["PlanView"];
            /** @example 4711 */
            seq: string;
        };
        PlanListBody: {
            plans: components["schemas"]["PlanView"][] | null;
        };
        PlanView: {
            archived: boolean;
            key: string;
            plan: components["schemas"]["Plan"];
            /** @example 4711 */
            seq: string;
        };
        Point: {
            /** Format: date-time */
            at: string;
            difference?: components["schemas"]["Estimate"];
            lift?: components["schemas"]["Estimate"];
        };
        Prerequisite: {
            flag?: string;
            variants?: string[] | null;
        };
        PrerequisiteStep: {
            explanation: components["schemas"]["Explanation"];
            variants: string[] | null;
        };
        ProjectChanged: {
            project: components["schemas"]["ProjectView"];
            /** @example 4711 */
            seq: string;
        };
        ProjectListBody: {
            projects: components["schemas"]["ProjectView"][] | null;
        };
        ProjectView: {
            /** Format: date-time */
            createdAt: string;
            environments: components["schemas"]["Environment"][] | null;
            /**
             * Format: int64
             * @description How many flags are not archived.
             */
            flags: number;
            key: string;
            name: string;
            /**
             * @description Newest event of anything in the project.
             * @example 4711
             */
            seq: string;
        };
        PromotionBody: {
            /** @description Without them all that differ. */
            flags?: components["schemas"]["FlagToPromote"][] | null;
            /**
             * @description Environment that has it.
             * @example staging
             */
            from: string;
            /** @description Only say what would change. */
            preview?: boolean;
            reason?: string;
        };
        Reach: {
            /**
             * Format: int64
             * @description How many of them run the revision or a later one.
             */
            acknowledged: number;
            /**
             * Format: int64
             * @description Evaluators that are connected to this server. Browsers evaluate on the server and are not among them.
             */
            connected: number;
            /** @description All that are connected run it. */
            inForce: boolean;
            /**
             * Format: int64
             * @description From its publication until the last of those connected ran it; those that connected later count from their connection on.
             */
            milliseconds: number;
            /**
             * Format: date-time
             * @description When the event was decided that made the revision.
             */
            publishedAt: string;
            /** @example 4711 */
            revision: string;
            /** @description Those that do not run it. */
            stragglers: components["schemas"]["EvaluatorView"][] | null;
        };
        Readiness: {
            /** @description ok or failing, by part; the log says why. */
            parts: {
                [key: string]: string;
            };
            /** @enum {string} */
            status: "ready" | "notReady";
        };
        Reasoned: {
            /** @description Why; it becomes part of the history. */
            reason?: string;
        };
        RecordedExperimentBody: {
            design: components["schemas"]["ExperimentDesign"];
            /** Format: date-time */
            from: string;
            reason?: string;
            /** @description How units were divided, all the time. */
            split: components["schemas"]["Split"];
            /** Format: date-time */
            until: string;
        };
        Reference: {
            /** @description What is called, such as isEnabled. */
            call?: string;
            /**
             * Format: int64
             * @description In characters, from 1.
             */
            column?: number;
            flag: string;
            /**
             * @description call: code evaluates it; declaration: a constant holds its key; mention: another string in code; text: a file that is not parsed.
             * @enum {string}
             */
            kind?: "call" | "declaration" | "mention" | "text";
            language?: string;
            /** Format: int64 */
            line: number;
            /** @description Inside the repository, with slashes. */
            path: string;
        };
        RejectedItem: {
            /** Format: int64 */
            index: number;
            /** @enum {string} */
            kind: "exposure" | "event";
            message: string;
            path: string;
        };
        Report: {
            breakdown?: components["schemas"]["Breakdown"];
            conclusion: components["schemas"]["Conclusion"];
            control: string;
            /** Format: date-time */
            from: string;
            metrics: components["schemas"]["MetricReport"][] | null;
            split: components["schemas"]["SplitCheck"];
            /** Format: date-time */
            until: string;
            variants: components["schemas"]["VariantEvidence"][] | null;
        };
        Result: {
            /** Format: int32 */
            bucket: number;
            error?: string;
            outside?: boolean;
            reason: string;
            /** @example 4711 */
            revision: string;
            rule?: string;
            value: unknown;
            variant?: string;
            /** @example 4711 */
            version: string;
        };
        ReversionBody: {
            flags: components["schemas"]["FlagToRevert"][] | null;
            /** @description Only say what would change. */
            preview?: boolean;
            reason?: string;
            /**
             * @description Sequence, or time in RFC 3339.
             * @example 4711
             */
            to: string;
        };
        RolloutChanged: {
            rollout: components["schemas"]["RolloutView"];
            /** @example 4711 */
            seq: string;
        };
        RolloutHeld: {
            alert?: boolean;
            environment: string;
            evidence?: components["schemas"]["Evidence"];
            hold: string;
            rollout: string;
            /** Format: int64 */
            stage: number;
        };
        RolloutLooksBody: {
            /** @description Oldest first, thinned out to a hundred; since this server looks after the rollout. */
            looks: components["schemas"]["Looked"][] | null;
            /**
             * Format: date-time
             * @description The server's clock.
             */
            now: string;
            rollout: string;
        };
        RolloutView: {
            /** @description Approvals that were given. */
            approvals: components["schemas"]["ApprovalView"][] | null;
            by?: string;
            control: string;
            /** Format: int64 */
            decisions: number;
            /** Format: date-time */
            endedAt?: string;
            environment: string;
            /** @description That of the last automatic decision. */
            evidence?: components["schemas"]["Evidence"];
            /** @description Why the current stage waits. */
            hold?: components["schemas"]["RolloutHeld"];
            id: string;
            metrics?: {
                [key: string]: components["schemas"]["Metric"];
            };
            /** @description Approvals that the step to the next stage still needs. */
            missing: components["schemas"]["AskView"][] | null;
            /**
             * @description percent of the units, with at most three decimals
             * @example 12.5
             */
            percentage: number;
            plan: components["schemas"]["Plan"];
            planKey?: string;
            /** @example 4711 */
            planVersion: string;
            spans: components["schemas"]["SpanView"][] | null;
            /**
             * Format: int64
             * @description Index of the current stage of the plan, from 0.
             */
            stage: number;
            /** Format: date-time */
            startedAt: string;
            startedBy: components["schemas"]["Actor"];
            /** @enum {string} */
            status: "running" | "paused" | "completed" | "rolledBack" | "aborted";
            treatment: string;
        };
        Rule: {
            clauses?: components["schemas"]["Clause"][] | null;
            description?: string;
            id?: string;
            serve?: components["schemas"]["Serve"];
        };
        RuleStep: {
            clauses: components["schemas"]["ClauseStep"][] | null;
            description?: string;
            id: string;
            /** Format: int64 */
            index: number;
        };
        Ruleset: {
            environment: string;
            flags: {
                [key: string]: components["schemas"]["Flag"];
            };
            project: string;
            /** @example 4711 */
            revision: string;
            segments?: {
                [key: string]: components["schemas"]["Segment"];
            };
            /** Format: int64 */
            specVersion: number;
        };
        Scan: {
            /** Format: date-time */
            at: string;
            branch?: string;
            by: components["schemas"]["Actor"];
            commit?: string;
            /** Format: int64 */
            files: number;
            references: components["schemas"]["Reference"][] | null;
            repository: string;
            /** @description Address of a line, with {commit}, {path} and {line} in it. */
            url?: string;
        };
        ScanKeptBody: {
            /** Format: int64 */
            references: number;
            repository: string;
        };
        ScanListBody: {
            /** @description The newest scan of each repository. */
            scans: components["schemas"]["Scan"][] | null;
        };
        Scheduled: {
            scheduled: components["schemas"]["ScheduledView"];
            /** @example 4711 */
            seq: string;
        };
        ScheduledListBody: {
            /** @description In the order in which they are due. */
            scheduled: components["schemas"]["ScheduledView"][] | null;
        };
        ScheduledView: {
            /**
             * Format: date-time
             * @description When it is due.
             */
            at: string;
            /** @description Who scheduled it. It is made only if this token may still change the flag when it is due. */
            author: components["schemas"]["Actor"];
            /** @enum {string} */
            change: "turnOn" | "turnOff" | "replaceConfig";
            config?: components["schemas"]["Config"];
            environment: string;
            id: string;
            reason?: string;
            /** Format: date-time */
            scheduledAt: string;
            /**
             * @description The event that scheduled it.
             * @example 4711
             */
            seq: string;
        };
        Segment: {
            excluded?: components["schemas"]["SegmentList"][] | null;
            included?: components["schemas"]["SegmentList"][] | null;
            rules?: components["schemas"]["SegmentRule"][] | null;
            /** @example 4711 */
            version?: string;
        };
        SegmentChanged: {
            segment: components["schemas"]["SegmentView"];
            /** @example 4711 */
            seq: string;
        };
        SegmentList: {
            by?: string;
            values?: string[] | null;
        };
        SegmentListBody: {
            segments: components["schemas"]["SegmentView"][] | null;
        };
        SegmentRule: {
            clauses?: components["schemas"]["Clause"][] | null;
        };
        SegmentStep: {
            by?: string;
            clauses?: components["schemas"]["ClauseStep"][] | null;
            list?: string;
            matched: boolean;
            segment: string;
        };
        SegmentView: {
            archived: boolean;
            key: string;
            name?: string;
            segment: components["schemas"]["Segment"];
            /** @example 4711 */
            seq: string;
        };
        SeriesEvidence: {
            /** Format: date-time */
            at: string;
            /** Format: double */
            last: number;
            /** Format: double */
            max: number;
            /** Format: double */
            min: number;
            /** Format: int64 */
            points: number;
        };
        Serve: {
            split?: components["schemas"]["Split"];
            variant?: string;
        };
        Sides: {
            after: components["schemas"]["Config"];
            before: components["schemas"]["Config"];
            environment: string;
        };
        SpanView: {
            /** @example 4711 */
            first: string;
            /** Format: date-time */
            from: string;
            /**
             * @description 0 while the span is open.
             * @example 4711
             */
            last: string;
            /**
             * @description percent of the units, with at most three decimals
             * @example 12.5
             */
            percentage: number;
            /** Format: int64 */
            stage: number;
            /** Format: date-time */
            until?: string;
        };
        Split: {
            by?: string;
            include?: components["schemas"]["Include"];
            salt?: string;
            weights?: components["schemas"]["Weight"][] | null;
        };
        SplitCheck: {
            alarm: boolean;
            /** Format: int64 */
            mixed: number;
            /** Format: double */
            p: number;
            reason?: string;
            stretches: components["schemas"]["Stretch"][] | null;
            /** Format: int64 */
            unexpected: number;
        };
        SplitStep: {
            by: string;
            draw?: components["schemas"]["Draw"];
            include?: components["schemas"]["Draw"];
            unit?: unknown;
        };
        Stage: {
            approveAfter?: components["schemas"]["Approval"];
            approveBefore?: components["schemas"]["Approval"];
            /**
             * @description Go duration
             * @example 30m
             * @example 24h
             */
            maxSoak?: string;
            /** Format: double */
            minExpected?: number;
            /**
             * @description Go duration
             * @example 30m
             * @example 24h
             */
            minSoak?: string;
            name?: string;
            onMaxSoak?: string;
            /**
             * @description percent of the units, with at most three decimals
             * @example 12.5
             */
            percentage?: number;
            segment?: string;
        };
        StaleFinding: {
            environment?: string;
            message: string;
            rule: string;
            /** Format: date-time */
            since: string;
        };
        StaleView: {
            /** Format: date-time */
            at: string;
            findings: components["schemas"]["StaleFinding"][] | null;
            /** Format: date-time */
            since: string;
        };
        State: {
            /** @description What everybody gets in every environment, if that is one variant: code may be replaced by it. */
            decided?: components["schemas"]["Decided"];
            environments: {
                [key: string]: components["schemas"]["Place"];
            };
            findings: components["schemas"]["Finding"][] | null;
            key: string;
            /**
             * Format: date-time
             * @description The newest exposure or event that names it.
             */
            lastEvaluated?: string;
            /** @enum {string} */
            lifecycle: "draft" | "rolling-out" | "live" | "stale" | "archived";
            owner?: string;
            permanent: boolean;
            /**
             * Format: int64
             * @description How often scanned code names it; absent if none was scanned.
             */
            references?: number;
            /** Format: date-time */
            removeBy?: string;
            /**
             * Format: date-time
             * @description Since when it is stale; of others, when it was last changed.
             */
            since: string;
            tags?: string[] | null;
            /** @enum {string} */
            type: "boolean" | "string" | "number" | "json";
        };
        Step: {
            kind: string;
            matched: boolean;
            prerequisite?: components["schemas"]["PrerequisiteStep"];
            problem?: string;
            rule?: components["schemas"]["RuleStep"];
            split?: components["schemas"]["SplitStep"];
            target?: components["schemas"]["TargetStep"];
        };
        Stretch: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            until?: string;
            variants: components["schemas"]["VariantEvidence"][] | null;
            weights: components["schemas"]["Weight"][] | null;
        };
        Subgroup: {
            others?: boolean;
            results: components["schemas"]["MetricEvidence"][] | null;
            /** Format: int64 */
            units: number;
            value: string;
        };
        SubjectView: {
            key: string;
            kind: string;
            project: string;
        };
        Switched: {
            evaluators: components["schemas"]["Acknowledgment"];
            reach: components["schemas"]["Reach"];
            /**
             * @description The ruleset's revision that has the change.
             * @example 4711
             */
            revision: string;
            /** @example 4711 */
            seq: string;
        };
        Target: {
            by?: string;
            values?: string[] | null;
            variant?: string;
        };
        TargetStep: {
            actual?: unknown;
            attribute: string;
            /** Format: int64 */
            total: number;
            values: string[] | null;
            variant: string;
        };
        Variant: {
            name?: string;
            value?: unknown;
        };
        VariantEvidence: {
            /** Format: double */
            expected: number;
            /** Format: int64 */
            units: number;
            variant: string;
        };
        VariantResult: {
            /** Format: double */
            adjustedP?: number;
            /** Format: double */
            control?: number;
            /** Format: int64 */
            controlUnits: number;
            difference?: components["schemas"]["Estimate"];
            /** Format: double */
            explained?: number;
            finding: string;
            lift?: components["schemas"]["Estimate"];
            metric: string;
            /** Format: double */
            p?: number;
            reason?: string;
            role: string;
            series?: components["schemas"]["Point"][] | null;
            /** Format: double */
            treatment?: number;
            /** Format: int64 */
            treatmentUnits: number;
            variant: string;
        };
        Weight: {
            variant?: string;
            /** Format: int64 */
            weight?: number;
        };
        WhoamiAnswerBody: {
            environment?: string;
            id: string;
            kind: string;
            name: string;
            project?: string;
            role?: string;
        };
        Window: {
            days?: string[] | null;
            /** Format: date-time */
            end?: string;
            from?: string;
            name?: string;
            /** Format: date-time */
            start?: string;
            to?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listEvents: {
        parameters: {
            query?: {
                /** @description First sequence wanted. */
                from?: number;
                limit?: number;
                /** @description Only events of this project. */
                project?: string;
                /** @description Go backwards: only the last events before this sequence. Instead of from. */
                before?: number;
                /** @description Only events of this kind of subject, such as flag or segment. */
                kind?: string;
                /** @description Only events of the subject with this key, such as a flag. */
                key?: string;
                /** @description Only events of this type, such as flag.turned_off, or of a family of them, such as rollout. */
                type?: string;
                /** @description Only what an actor whose ID or name contains this has done. */
                actor?: string;
                /** @description Leave out events of other environments. */
                environment?: string;
                /** @description Only events from this time on, in RFC 3339. */
                since?: string;
                /** @description Only events before this time, in RFC 3339. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventListBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    reportEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Batch"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ingested"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyListBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKeyBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyCreated"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: {
                reason?: string;
            };
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getCheckpoint: {
        parameters: {
            query?: {
                size?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    proveConsistency: {
        parameters: {
            query: {
                /** @description Events of the earlier checkpoint. */
                from: number;
                /** @description Events of the later one. */
                size: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsistencyProofBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    exportLedger: {
        parameters: {
            query?: {
                from?: string;
                seq?: string;
                project?: string;
                flag?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getLedgerKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listProjects: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectListBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    createProject: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProjectBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getProject: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    createEnvironment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEnvironmentBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    changeEnvironment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnvironmentChangeBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    auditExposures: {
        parameters: {
            query?: {
                /** @description How many exposures to draw. */
                sample?: number;
                /** @description Only exposures of this flag. */
                flag?: string;
                /** @description Only those from this time on, in RFC 3339. */
                since?: string;
                /** @description The same seed draws the same. */
                seed?: number;
            };
            header?: never;
            path: {
                project: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditReportBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    evaluate: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
                /** @description Evaluate as it was after this event, or at this time in RFC 3339; needs flag. */
                at?: string;
            };
            header?: never;
            path: {
                project: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EvaluationBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvaluatedBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    listEvaluators: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvaluatorListBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    importRecorded: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Batch"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ingested"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    promoteFlags: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                /** @description That gets the configuration. */
                environment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromotionBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Converged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getReach: {
        parameters: {
            query?: {
                /** @description Revision of a ruleset; without it the newest. */
                revision?: number;
                /** @description How long to wait until it is in force, at most 5s. */
                wait?: string;
            };
            header?: never;
            path: {
                project: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reach"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getRuleset: {
        parameters: {
            query?: {
                minSeq?: string;
                at?: string;
                flag?: string;
            };
            header?: never;
            path: {
                project: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ruleset"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getUsage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnvironmentUsageBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    listFlags: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
                /** @description List archived flags too. */
                archived?: boolean;
                /** @description Only flags whose key, name or description contains this, whatever the case. */
                q?: string;
                /** @description Only flags with this tag. */
                tag?: string;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagListBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    createFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFlagBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getFlag: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
                /** @description As it was after this event, or at this time in RFC 3339. */
                at?: string;
            };
            header?: never;
            path: {
                project: string;
                flag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    archiveFlag: {
        parameters: {
            query?: {
                reason?: string;
            };
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    changeFlagDetails: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
                /** @description The ETag of what was read, or its seq in double quotes: if it has changed since, nothing is done and the answer is 412. Without it the last one to write wins. */
                "If-Match"?: string;
            };
            path: {
                project: string;
                flag: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDetailsBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Precondition Failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    replaceConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
                /** @description The ETag of what was read, or its seq in double quotes: if it has changed since, nothing is done and the answer is 412. Without it the last one to write wins. */
                "If-Match"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConfigBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Precondition Failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getExperiment: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
            };
            header?: never;
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    startExperiment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewExperimentBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    decideExperiment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExperimentDecisionBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    recordExperiment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecordedExperimentBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getExperimentResults: {
        parameters: {
            query?: {
                /** @description Time between the points of the series, such as 1h or 24h; none without. */
                step?: string;
                /** @description Attribute of exposures to break the results down by. */
                dimension?: string;
            };
            header?: never;
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getExperimentResultsTable: {
        parameters: {
            query?: {
                step?: string;
                dimension?: string;
            };
            header?: never;
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    stopExperiment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reasoned"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    turnOff: {
        parameters: {
            query?: {
                /** @description How long to wait for the evaluators to acknowledge, at most 5s. */
                wait?: string;
            };
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reasoned"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Switched"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    turnOn: {
        parameters: {
            query?: {
                /** @description How long to wait for the evaluators to acknowledge, at most 5s. */
                wait?: string;
            };
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reasoned"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Switched"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getRollout: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
            };
            header?: never;
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    startRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRolloutBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    abortRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reasoned"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    advanceRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reasoned"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    approveRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reasoned"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getRolloutLooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutLooksBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    pauseRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reasoned"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    resumeRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reasoned"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    listScheduledChanges: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
            };
            header?: never;
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduledListBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    scheduleChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
                /** @description The ETag of what was read, or its seq in double quotes: if it has changed since, nothing is done and the answer is 412. Without it the last one to write wins. */
                "If-Match"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewScheduleBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scheduled"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Precondition Failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    cancelScheduledChange: {
        parameters: {
            query?: {
                reason?: string;
            };
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
                environment: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getFlagHistory: {
        parameters: {
            query?: {
                /** @description First sequence wanted. */
                from?: number;
                limit?: number;
                /** @description Leave out events of other environments. */
                environment?: string;
            };
            header?: never;
            path: {
                project: string;
                flag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventListBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    restoreFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                flag: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reasoned"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    replaceVariants: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
                /** @description The ETag of what was read, or its seq in double quotes: if it has changed since, nothing is done and the answer is 412. Without it the last one to write wins. */
                "If-Match"?: string;
            };
            path: {
                project: string;
                flag: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewVariantsBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Precondition Failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getHygiene: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Inventory"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    listMetrics: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
                /** @description List archived ones too. */
                archived?: boolean;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricListBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getMetric: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
            };
            header?: never;
            path: {
                project: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    saveMetric: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
                /** @description The ETag of what was read, or its seq in double quotes: if it has changed since, nothing is done and the answer is 412. Without it the last one to write wins. */
                "If-Match"?: string;
            };
            path: {
                project: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMetricBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Precondition Failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    archiveMetric: {
        parameters: {
            query?: {
                reason?: string;
            };
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    listPlans: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
                /** @description List archived ones too. */
                archived?: boolean;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanListBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getPlan: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
            };
            header?: never;
            path: {
                project: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    savePlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
                /** @description The ETag of what was read, or its seq in double quotes: if it has changed since, nothing is done and the answer is 412. Without it the last one to write wins. */
                "If-Match"?: string;
            };
            path: {
                project: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPlanBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Precondition Failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    archivePlan: {
        parameters: {
            query?: {
                reason?: string;
            };
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    listReferences: {
        parameters: {
            query?: {
                /** @description Only references to this flag. */
                flag?: string;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScanListBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    saveReferences: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                repository: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewScanBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScanKeptBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    dropReferences: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                repository: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    revertFlags: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReversionBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Converged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    listSegments: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
                /** @description List archived ones too. */
                archived?: boolean;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentListBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getSegment: {
        parameters: {
            query?: {
                /** @description Wait until this sequence is folded, up to 5 seconds. */
                minSeq?: number;
            };
            header?: never;
            path: {
                project: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    saveSegment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
                /** @description The ETag of what was read, or its seq in double quotes: if it has changed since, nothing is done and the answer is 412. Without it the last one to write wins. */
                "If-Match"?: string;
            };
            path: {
                project: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSegmentBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentChanged"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Precondition Failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    archiveSegment: {
        parameters: {
            query?: {
                reason?: string;
            };
            header?: {
                /** @description Names the command: sending it again has no second effect and gives the first answer. Up to 100 letters, digits, '-', '_' and '.'. */
                "Idempotency-Key"?: string;
            };
            path: {
                project: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Flagledger-Seq"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    getOwnRuleset: {
        parameters: {
            query?: {
                minSeq?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ruleset"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    acknowledgeRuleset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcknowledgingBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    streamRuleset: {
        parameters: {
            query?: {
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    whoami: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhoamiAnswerBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    alive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    ofrepEvaluateAll: {
        parameters: {
            query?: {
                flagConfigEtag?: string;
                flagConfigLastModified?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OfrepRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepBulkAnswer"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    ofrepEvaluate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OfrepRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepSuccess"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    ofrepStream: {
        parameters: {
            query?: {
                key?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    describe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
