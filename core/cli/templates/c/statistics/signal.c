/* TITLE. `clusters` holds the real groups and decoys under meaningless ids; the engine ranks the ones among the
 * others. Reduce to one value per account BEFORE reading `clusters`: decoys make that table a thousand times longer. */
#include "claque_tables.h"
#include "metadata.h"

#define DAY INT64_C(86400000000) /* times are microseconds since 1970, UTC */

/* Everything that is collected during one call. */
typedef struct {
  claque_names accounts, clusters;
  claque_buffer days;    /* int64_t per account: the day on which it was made */
  claque_buffer members; /* one `member` per known account of a cluster */
} work;

typedef struct {
  int64_t cluster, day;
} member;

static int by_cluster_and_day(const void *one, const void *other) {
  const member *a = (const member *)one, *b = (const member *)other;
  if (a->cluster != b->cluster) return a->cluster < b->cluster ? -1 : 1;
  return (a->day > b->day) - (a->day < b->day);
}

static void read_days(claque_reader *r, work *w) {
  enum { ACCOUNT_ID, CREATED_AT };
  for (int64_t i = 0; i < r->batch.length; i++) {
    if (claque_is_null(r, ACCOUNT_ID, i) || claque_is_null(r, CREATED_AT, i)) continue;
    const int64_t at = claque_time(r, CREATED_AT, i), day = at / DAY - (at % DAY < 0);
    const size_t known = w->accounts.n;
    const int64_t account = claque_intern(&w->accounts, claque_text(r, ACCOUNT_ID, i));
    if (w->accounts.n > known) claque_append(&w->days, &day, sizeof day);
    if (account < 0 || w->days.failed) return;
    int64_t *made = (int64_t *)w->days.data + account; /* an account may be described more than once */
    if (day < *made) *made = day;
  }
}

static void read_members(claque_reader *r, work *w) {
  enum { CLUSTER_ID, ACCOUNT_ID };
  for (int64_t i = 0; i < r->batch.length; i++) {
    const int64_t account = claque_find_name(&w->accounts, claque_text(r, ACCOUNT_ID, i));
    if (account < 0) continue; /* of unknown age */
    const member next = {claque_intern(&w->clusters, claque_text(r, CLUSTER_ID, i)), ((const int64_t *)w->days.data)[account]};
    claque_append(&w->members, &next, sizeof next);
  }
}

static void count(work *w, int64_t min_known, claque_rows *statistics) {
  member *all = (member *)w->members.data;
  const size_t n = w->members.used / sizeof *all;
  if (n) qsort(all, n, sizeof *all, by_cluster_and_day);
  for (size_t from = 0, to = 0; from < n; from = to) {
    int64_t most = 0, same = 0;
    for (; to < n && all[to].cluster == all[from].cluster; to++) {
      same = to > from && all[to].day == all[to - 1].day ? same + 1 : 1;
      if (same > most) most = same;
    }
    const int64_t known = (int64_t)(to - from);
    if (known >= min_known) /* a group that is left out is missing, never zero */
      claque_push_statistic(statistics, claque_name(&w->clusters, (size_t)all[from].cluster), (double)most / (double)known, NULL, -1);
  }
}

/* Reads a table to its end. */
static int32_t read_all(const claque_host *host, const claque_request *request, const char *table, const claque_column *columns,
                        void (*read)(claque_reader *, work *), work *w, claque_error *err) {
  claque_reader r;
  if (claque_reader_open(&r, host, request, table, columns, 2)) return claque_fail(err, r.status, r.error);
  int there;
  while ((there = claque_reader_next(&r)) > 0) read(&r, w);
  claque_reader_close(&r);
  const int failed = w->days.failed || w->members.failed || w->accounts.failed || w->clusters.failed;
  if (failed) return claque_fail(err, CLAQUE_ERR_RUNTIME, "out of memory");
  return there < 0 ? claque_fail(err, r.status, r.error) : CLAQUE_OK;
}

static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  static const claque_column accounts[] = {{"account_id", CLAQUE_TEXT}, {"created_at", CLAQUE_TIME}};
  static const claque_column clusters[] = {{"cluster_id", CLAQUE_TEXT}, {"account_id", CLAQUE_TEXT}};
  (void)self;
  int64_t min_known;
  int32_t status = claque_param_int(request, "min_known", &min_known, err);
  if (status) return status;
  work w = {0};
  claque_rows statistics;
  claque_rows_begin(&statistics, CLAQUE_STATISTICS);
  status = read_all(host, request, "accounts", accounts, read_days, &w, err);
  if (!status) status = read_all(host, request, "clusters", clusters, read_members, &w, err);
  if (!status) {
    count(&w, min_known, &statistics);
    status = claque_rows_give(&statistics, host, out, err);
  }
  claque_rows_free(&statistics);
  claque_names_free(&w.accounts);
  claque_names_free(&w.clusters);
  claque_buffer_free(&w.days);
  claque_buffer_free(&w.members);
  return status;
}

static const claque_plugin signal_1 = {sizeof signal_1, CLAQUE_FLAG_THREAD_SAFE | CLAQUE_FLAG_DETERMINISTIC, METADATA_1, score, NULL};
static const claque_plugin *const signals[] = {&signal_1};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 1, 0, signals};

const claque_library *claque_library_v1(uint32_t host_abi_version) {
  return (host_abi_version >> 16) == CLAQUE_ABI_MAJOR ? &library : NULL;
}
