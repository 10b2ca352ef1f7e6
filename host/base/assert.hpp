#pragma once

// TG_ASSERT(condition, "sentence"): our own broken invariant ends the process, in every build. Never for anything that
// a peer, a plugin or a file can cause. [any-thread]

#include <cstdio>
#include <cstdlib>

#define TG_ASSERT(condition, sentence)                                                                            \
    do {                                                                                                          \
        if (!(condition)) [[unlikely]] {                                                                          \
            std::fprintf(stderr, "%s:%d: broken invariant: %s (%s)\n", __FILE__, __LINE__, sentence, #condition); \
            std::abort();                                                                                         \
        }                                                                                                         \
    } while (false)
