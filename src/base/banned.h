/* Functions that this program never calls, each with what to use instead. Included before every
 * source file by the build. The system headers come first: they may declare, we may not call. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#ifndef __cplusplus
#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef alloca
#pragma GCC poison strcpy strcat    /* buf_append, xasprintf */
#pragma GCC poison sprintf vsprintf /* snprintf, xasprintf */
#pragma GCC poison strtok           /* strv_split */
#pragma GCC poison atoi atol atoll  /* str_to_i64 */
#pragma GCC poison sscanf gets      /* str_to_i64, explicit parsers */
#pragma GCC poison localtime gmtime /* clock.h */
#pragma GCC poison alloca           /* arena.h, xmalloc */
#pragma GCC poison srand            /* rand.h */
#pragma GCC poison system popen     /* posix_spawn with an argument vector */
/* Only calls: OpenSSL's headers have parameters of this name. */
#define rand()                                                                                     \
    ({                                                                                             \
        _Static_assert(0, "rand is banned: use rand.h");                                           \
        0;                                                                                         \
    })
#endif

#endif
