/* Clocks that a test sets, for all processes that preload this: as many seconds are added to the wall clock, and to the
   clock that counts suspensions, as the file named by CLOCKS says. The machine's own clocks are left alone. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    long wall = 0, boot = 0;
    int failed;
    FILE *file;

    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    failed = real(clock, now);
    if (failed || (clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME))
        return failed;
    file = fopen(getenv("CLOCKS"), "r");
    if (file) {
        if (fscanf(file, "%ld %ld", &wall, &boot) == 2)
            now->tv_sec += clock == CLOCK_REALTIME ? wall : boot;
        fclose(file);
    }
    return 0;
}
