#!/bin/sh
# Runs a sweep as a job array on Slurm, and puts its results together when the last part is done.
#
#     scripts/sweep-slurm.sh SWEEP.yaml RESULTS-FOLDER [PARTS] [sbatch options for the parts …]
#
# The sweep and the folder must lie where all nodes see them. RESPLIT names the program (default: resplit). A part that is killed
# loses the run under way at most: submit again, and only what is missing runs. The last job writes RESULTS-FOLDER.json and
# RESULTS-FOLDER.csv. Prints the numbers of both jobs.
set -eu

if [ $# -lt 2 ]; then
    sed -n '4p' "$0" >&2
    exit 2
fi
sweep=$1
results=$2
parts=${3:-8}
shift $(($# < 3 ? $# : 3))
program=${RESPLIT:-resplit}

mkdir -p "$results"
array=$(sbatch --parsable --job-name=resplit-sweep --array="1-$parts" --output="$results/part-%a.log" "$@" <<JOB
#!/bin/sh
exec "$program" sweep "$sweep" -o "$results" --shard "\$SLURM_ARRAY_TASK_ID/$parts" --jobs "\${SLURM_CPUS_PER_TASK:-1}"
JOB
)
merge=$(sbatch --parsable --job-name=resplit-merge --dependency="afterok:$array" --output="$results.json" \
    --error="$results/merge.log" <<JOB
#!/bin/sh
exec "$program" sweep "$sweep" -o "$results" --merge --json --csv "$results.csv"
JOB
)
echo "$array $merge"
