# Flags every target of the project is built with. Plugins add their own on top (TidegateAddPlugin.cmake).
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(TIDEGATE_SANITIZE "" CACHE STRING "Comma separated -fsanitize= list, e.g. address,undefined")
# Debian's valijson otherwise ends the process on a bad schema. Everywhere, since it changes inline functions.
add_compile_definitions(VALIJSON_USE_EXCEPTIONS=1)

option(TIDEGATE_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(TIDEGATE_BENCH "Build the benchmarks" ON)
option(TIDEGATE_PLUGINS_ONLY "Build only the SDK, the plugins and the SDK's tests" OFF)

find_program(TIDEGATE_CCACHE ccache)
if(TIDEGATE_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${TIDEGATE_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TIDEGATE_CCACHE})
endif()

add_library(tidegate_options INTERFACE)
target_compile_options(tidegate_options INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Werror
  $<$<CXX_COMPILER_ID:GNU>:-Wno-error=maybe-uninitialized -Wno-error=array-bounds -Wno-error=stringop-overflow -Wno-error=restrict>)
if(TIDEGATE_SANITIZE)
  add_compile_options(-fsanitize=${TIDEGATE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TIDEGATE_SANITIZE})
  if(TIDEGATE_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
if(TIDEGATE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# tidegate_layer(NAME sources… LINKS targets…): one layer of host/, a static library named tidegate_NAME.
function(tidegate_layer name)
  cmake_parse_arguments(LAYER "" "" "LINKS" ${ARGN})
  add_library(tidegate_${name} STATIC ${LAYER_UNPARSED_ARGUMENTS})
  target_include_directories(tidegate_${name} PUBLIC ${PROJECT_SOURCE_DIR}/host)
  target_link_libraries(tidegate_${name} PUBLIC ${LAYER_LINKS} PRIVATE tidegate_options)
endfunction()

# tidegate_test(NAME label sources… LINKS targets…): one GoogleTest binary, run by CTest under `label`.
function(tidegate_test name label)
  cmake_parse_arguments(TEST "" "TIMEOUT" "LINKS" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 120)
  endif()
  add_executable(${name} ${TEST_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${TEST_LINKS} tidegate_options GTest::gmock_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  # What is tested is built as it ships; the tests around it are more than half of a build from nothing.
  target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1>)
  add_test(NAME ${label}.${name} COMMAND ${name})
  set_tests_properties(${label}.${name} PROPERTIES LABELS ${label} TIMEOUT ${TEST_TIMEOUT})
endfunction()
