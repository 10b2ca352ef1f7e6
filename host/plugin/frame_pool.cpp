#include "plugin/frame_pool.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>

namespace tidegate::plugin {

#if defined(__SANITIZE_ADDRESS__)

// Every frame is malloc's own, so that a use after its end is seen.
void* allocate_frame(std::size_t size) { return std::malloc(size == 0 ? 1 : size); }
void free_frame(void* block, std::size_t) { std::free(block); }

#else

namespace {

constexpr std::size_t kStep = 128;
constexpr std::size_t kClasses = 8192 / kStep;
// Blocks wander from the threads that allocate to those that free; beyond this a list gives back to malloc.
constexpr std::size_t kKeptBytes = 256 * 1024;
constexpr std::uint32_t kNone = UINT32_MAX;

struct FreeBlock {
    FreeBlock* next;
};

struct FreeLists {
    struct List {
        FreeBlock* head = nullptr;
        std::uint32_t length = 0;
    };
    std::array<List, kClasses> lists;

    ~FreeLists() {
        for (List& list : lists) {
            while (list.head) {
                FreeBlock* next = list.head->next;
                std::free(list.head);
                list.head = next;
            }
            list.length = kNone;  // what is freed later on this thread goes to malloc
        }
    }
};

thread_local FreeLists free_lists;

std::size_t class_of(std::size_t size) { return size == 0 ? 0 : (size - 1) / kStep; }

}  // namespace

void* allocate_frame(std::size_t size) {
    const auto index = class_of(size);
    if (index >= kClasses) return std::malloc(size);
    auto& list = free_lists.lists[index];
    if (!list.head) return std::malloc((index + 1) * kStep);
    FreeBlock* block = list.head;
    list.head = block->next;
    --list.length;
    return block;
}

void free_frame(void* block, std::size_t size) {
    if (!block) return;
    const auto index = class_of(size);
    if (index >= kClasses || free_lists.lists[index].length >= kKeptBytes / ((index + 1) * kStep))
        return std::free(block);
    auto& list = free_lists.lists[index];
    auto* freed = static_cast<FreeBlock*>(block);
    freed->next = list.head;
    list.head = freed;
    ++list.length;
}

#endif

}  // namespace tidegate::plugin
