/* Counts the calls of sched_yield of each thread, for LD_PRELOAD; those out of PyMutex_Lock, which critical sections
   and other locks of the interpreter itself use and locks of threading do not, also apart.

   YIELDS_FILE  names the file of the counts, which exists and has room for MOST_THREADS (spinning.py makes it)
   YIELDS_DO    "count": count and yield; "watch": also count the involuntary context switches within the calls;
                "free": count, and return 0 without the system call

   The file is shared memory because the processes of a pool leave through _exit, which runs no destructor. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_THREADS 65536

struct thread { int64_t process, thread, yields, internal, switches; };
struct counts { int64_t threads, unused[4]; struct thread thread[MOST_THREADS]; };

static struct counts *counts;
static int watched, is_free;
static __thread struct thread *mine __attribute__((tls_model("initial-exec")));

static void forget_parent(void) { mine = NULL; }

__attribute__((constructor)) static void start(void) {
    const char *file = getenv("YIELDS_FILE"), *action = getenv("YIELDS_DO");
    int descriptor = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
    if (descriptor >= 0) {
        void *memory = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        counts = memory == MAP_FAILED ? NULL : memory;
        close(descriptor);
    }
    watched = action && !strcmp(action, "watch");
    is_free = action && !strcmp(action, "free");
    pthread_atfork(NULL, NULL, forget_parent);
}

static struct thread *claimed(void) {
    int64_t place = counts ? __atomic_fetch_add(&counts->threads, 1, __ATOMIC_RELAXED) : MOST_THREADS;
    if (place >= MOST_THREADS) return NULL;
    counts->thread[place].process = getpid();
    counts->thread[place].thread = syscall(SYS_gettid);
    return &counts->thread[place];
}

static int is_internal(void *caller) {
    static __thread void *known;
    static __thread int answer;
    Dl_info nearest;
    if (caller != known) {
        known = caller;
        answer = dladdr(caller, &nearest) && nearest.dli_sname && !strcmp(nearest.dli_sname, "PyMutex_Lock");
    }
    return answer;
}

static long involuntary(void) {
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) ? 0 : usage.ru_nivcsw;
}

int sched_yield(void) {
    if (!mine) mine = claimed();
    if (mine) {
        mine->yields++;
        mine->internal += is_internal(__builtin_return_address(0));
    }
    if (is_free) return 0;
    long before = watched ? involuntary() : 0;
    int outcome = (int)syscall(SYS_sched_yield);
    if (watched && mine) mine->switches += involuntary() - before;
    return outcome;
}
