# cmake -D SOURCE=file.cpp -P negative_test.cmake -- compiler argument...
# Passes if the compiler rejects SOURCE and its output contains the text of each `// expect: text` line
# of the file. The text must be in one line of an error or a note, not in the source that it quotes.

cmake_minimum_required(VERSION 3.25)

set(command "")
set(behind_dashes OFF)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(index RANGE ${last})
    set(argument "${CMAKE_ARGV${index}}")
    if(behind_dashes)
        list(APPEND command "${argument}")
    elseif(argument STREQUAL "--")
        set(behind_dashes ON)
    endif()
endforeach()

file(STRINGS "${SOURCE}" expectations REGEX "^ *// expect: ")
if(NOT expectations)
    message(FATAL_ERROR "${SOURCE} has no line `// expect: text`")
endif()

set(ENV{LC_ALL} C)
execute_process(
    COMMAND ${command} -c -o /dev/null "${SOURCE}"
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output
)
if(result EQUAL 0)
    message(FATAL_ERROR "${SOURCE} compiles but should not")
endif()

string(REGEX MATCHALL "[^\n]*(error|note): [^\n]*" diagnoses "${output}")
string(REPLACE ";" "\n" diagnoses "${diagnoses}")
foreach(expectation IN LISTS expectations)
    string(REGEX REPLACE "^ *// expect: " "" text "${expectation}")
    string(FIND "${diagnoses}" "${text}" position)
    if(position EQUAL -1)
        message("${output}")
        message(FATAL_ERROR "${SOURCE}: the compiler does not print: ${text}")
    endif()
    message(STATUS "the compiler prints: ${text}")
endforeach()
